import type { NameSpan } from './biluo.ts';

/** A name with the probability the model gives its least certain token. */
export interface TaggedName extends NameSpan {
  readonly confidence: number;
}
