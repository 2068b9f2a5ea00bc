import { ArrayReader, encodeArrays } from './array-codec.ts';
import type { Coreference } from './coreference.ts';
import { Edges } from './edges.ts';

/** What is kept of a composed storyline, so that documents can be added to it. */
export interface KeptStoryline extends Pick<Coreference, 'edges' | 'antecedents'> {
  /** By their ids, in the order of their days. */
  readonly documents: readonly number[];
}

export function encodeKept({ documents, antecedents, edges }: KeptStoryline): Uint8Array {
  const { a, b, scores } = edges.columns();
  return encodeArrays([Uint32Array.from(documents), antecedents, a, b, scores]);
}

export function decodeKept(bytes: Uint8Array): KeptStoryline {
  const reader = new ArrayReader(bytes);
  return {
    documents: [...reader.uint32()],
    antecedents: reader.int32(),
    edges: Edges.ofColumns({ a: reader.int32(), b: reader.int32(), scores: reader.float32() }),
  };
}
