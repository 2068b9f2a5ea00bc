import { ArrayReader, encodeArrays } from './array-codec.ts';
import type { KnownMentions } from './coreference.ts';
import { EdgeRows } from './edge-rows.ts';

/** What is kept of a composed storyline, so that documents can be added to it. */
export interface KeptStoryline extends KnownMentions {
  /** Their ids, in the order in which they came to it; so are their events. */
  readonly documents: Uint32Array;
}

export function encodeKept({ documents, keys, rows, labels, antecedents, parts }: KeptStoryline): Uint8Array {
  const { lengths, others, steps } = rows.columns();
  return encodeArrays([documents, keys.lengths, keys.all, lengths, others, steps, labels, antecedents, parts]);
}

export function decodeKept(bytes: Uint8Array): KeptStoryline {
  const reader = new ArrayReader(bytes);
  return {
    documents: reader.uint32(),
    keys: { lengths: reader.uint32(), all: reader.uint32() },
    rows: new EdgeRows({ lengths: reader.uint32(), others: reader.uint32(), steps: reader.uint16() }),
    labels: reader.int32(),
    antecedents: reader.int32(),
    parts: reader.int32(),
  };
}
