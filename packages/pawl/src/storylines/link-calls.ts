import type { LinkedDocumentRow, LinkingUpdate } from '../checkpoint/linking-state.ts';
import type { LinkWeights } from './link-weights.ts';
import type { UnlinkedResult } from './linker.ts';

/** What the thread of linking is asked for, one after the other. */
export interface LinkCalls {
  /** Begins anew. @param settled document id and storyline id, as the batch was last settled */
  open(weights: LinkWeights, settled: readonly (readonly [string, string])[]): void;
  restore(documents: readonly LinkedDocumentRow[]): void;
  add(results: readonly UnlinkedResult[]): readonly LinkedDocumentRow[];
  link(): SerializedPass;
  settle(): void;
}

/** A {@link LinkPass} with storylines and linkages as JSON. */
export type SerializedPass = Pick<LinkingUpdate, 'documents' | 'storylines' | 'removed'> & {
  readonly changes: NonNullable<LinkingUpdate['settlement']>['changes'];
};

export type LinkRequest = {
  readonly [Name in keyof LinkCalls]: { readonly name: Name; readonly args: Parameters<LinkCalls[Name]> };
}[keyof LinkCalls];

export type LinkAnswer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string };
