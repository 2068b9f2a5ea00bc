import type { StoredResult } from '../checkpoint/checkpoint.ts';
import type {
  KeptBytesQuery,
  LinkedDocumentColumns,
  LinkingUpdate,
  SketchedDocument,
  StorylineRow,
} from '../checkpoint/linking-state.ts';
import type { PackedBytes } from '../checkpoint/packed-bytes.ts';
import type { LinkWeights } from './link-weights.ts';
import type { UnlinkedResult } from './linker.ts';

/** A result that linking has not seen, as it is saved. */
export type SavedResult = Omit<UnlinkedResult, 'result'> & Pick<StoredResult, 'result'>;

/** What the thread of linking is asked for, one after the other. */
export interface LinkCalls {
  /** Begins anew. @param settled document id and storyline id, as the batch was last settled */
  open(weights: LinkWeights, settled: readonly (readonly [string, string])[]): void;
  restore(documents: LinkedDocumentColumns): void;
  add(results: readonly SavedResult[]): readonly SketchedDocument[];
  link(): Promise<LinkedPass>;
  /** Some of the storylines of the last `link`, those that were not given yet; empty when there are no more. */
  compose(): Promise<readonly StorylineRow[]>;
  settle(): void;
}

/** A {@link LinkPass} without its storylines. */
export type LinkedPass = Pick<LinkingUpdate, 'neighbours' | 'documents' | 'removed'> & {
  readonly changes: NonNullable<LinkingUpdate['settlement']>['changes'];
};

/** To the thread: a call, or what it asked for. */
export type LinkRequest =
  | {
      readonly [Name in keyof LinkCalls]: {
        readonly kind: 'call';
        readonly name: Name;
        readonly args: Parameters<LinkCalls[Name]>;
      };
    }[keyof LinkCalls]
  | { readonly kind: 'kept'; readonly bytes: PackedBytes };

/** From the thread: what a call gives, or what it wants to know before it goes on. */
export type LinkAnswer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'wanted'; readonly query: KeptBytesQuery };
