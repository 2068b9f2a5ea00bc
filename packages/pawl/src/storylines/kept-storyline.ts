import type { Coreference } from './coreference.ts';
import { Edges } from './edges.ts';

// What is kept of a composed storyline, in 32-bit words of this machine's order: how many documents, events and pairs, then the
// documents, the antecedents of the events, and of all pairs the first event, the second, and the score in single precision.

/** What is kept of a composed storyline, so that documents can be added to it. */
export interface KeptStoryline extends Pick<Coreference, 'edges' | 'antecedents'> {
  /** By their ids, in the order of their days. */
  readonly documents: readonly number[];
}

const HEADER_WORDS = 3;

export function encodeKept({ documents, antecedents, edges }: KeptStoryline): Uint8Array {
  const words = new Int32Array(HEADER_WORDS + documents.length + antecedents.length + 3 * edges.length);
  const scores = new Float32Array(words.buffer);
  words.set([documents.length, antecedents.length, edges.length]);
  words.set(documents, HEADER_WORDS);
  words.set(antecedents, HEADER_WORDS + documents.length);
  let at = HEADER_WORDS + documents.length + antecedents.length;
  edges.forEach((a, b, score) => {
    words[at] = a;
    words[at + edges.length] = b;
    scores[at + 2 * edges.length] = score;
    at += 1;
  });
  return new Uint8Array(words.buffer);
}

export function decodeKept(bytes: Uint8Array): KeptStoryline {
  const { buffer } = new Uint8Array(bytes); // a copy, on its own
  const [words, scores] = [new Int32Array(buffer), new Float32Array(buffer)];
  const [documents, events, pairs] = [words[0]!, words[1]!, words[2]!];
  const firstPair = HEADER_WORDS + documents + events;
  const edges = new Edges();
  for (let i = firstPair; i < firstPair + pairs; i++) edges.push(words[i]!, words[i + pairs]!, scores[i + 2 * pairs]!);
  return {
    documents: [...words.subarray(HEADER_WORDS, HEADER_WORDS + documents)],
    antecedents: words.slice(HEADER_WORDS + documents, firstPair),
    edges,
  };
}
