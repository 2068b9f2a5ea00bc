/**
 * The BILUO encoding of name spans (Ratinov & Roth 2009): Begin, Inside, Last, Unit, and Outside.
 * A tag is one small integer: 0 is O; type t owns the four tags 1 + 4t (B), +1 (I), +2 (L), +3 (U).
 */
export const NAME_TYPES = ['PER', 'ORG', 'LOC', 'MISC'] as const;
export type NameType = (typeof NAME_TYPES)[number];

/** A name over the tokens `first` to `last` of a sentence, both included. */
export interface NameSpan {
  readonly first: number;
  readonly last: number;
  readonly type: NameType;
}

export const OUTSIDE = 0;
export const TAG_COUNT = 1 + 4 * NAME_TYPES.length;

const BEGIN = 0;
const INSIDE = 1;
const LAST = 2;
const UNIT = 3;

const partOf = (tag: number): number => (tag - 1) & 3;
const typeOf = (tag: number): number => (tag - 1) >> 2;
const opensName = (tag: number): boolean => tag !== OUTSIDE && (partOf(tag) === BEGIN || partOf(tag) === INSIDE);
const startsFresh = (tag: number): boolean => tag === OUTSIDE || partOf(tag) === BEGIN || partOf(tag) === UNIT;

/** Whether `next` may follow `previous`: an open name must go on in its own type, a closed one may not. */
export function mayFollow(previous: number, next: number): boolean {
  if (!opensName(previous)) return startsFresh(next);
  return !startsFresh(next) && typeOf(previous) === typeOf(next);
}

/** Whether a sentence may begin with this tag. */
export const mayStart = startsFresh;

/** Whether a sentence may end with this tag. */
export const mayEnd = (tag: number): boolean => !opensName(tag);

/** For each tag, the tags it may follow, ascending. */
export const PREDECESSORS: readonly Uint8Array[] = Array.from({ length: TAG_COUNT }, (_, next) =>
  Uint8Array.from({ length: TAG_COUNT }, (_, previous) => previous).filter((previous) => mayFollow(previous, next)),
);

/** Encodes non-overlapping spans as one tag per token. */
export function encodeSpans(tokenCount: number, spans: readonly NameSpan[]): Uint8Array {
  const tags = new Uint8Array(tokenCount);
  for (const { first, last, type } of spans) {
    const base = 1 + 4 * NAME_TYPES.indexOf(type);
    if (first === last) {
      tags[first] = base + UNIT;
      continue;
    }
    tags.fill(base + INSIDE, first, last + 1);
    tags[first] = base + BEGIN;
    tags[last] = base + LAST;
  }
  return tags;
}

/** Decodes a well-formed tag sequence (every step allowed by {@link mayFollow}). */
export function decodeTags(tags: Uint8Array): NameSpan[] {
  const spans: NameSpan[] = [];
  let first = 0;
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!;
    if (tag === OUTSIDE) continue;
    if (startsFresh(tag)) first = i;
    if (mayEnd(tag)) spans.push({ first, last: i, type: NAME_TYPES[typeOf(tag)]! });
  }
  return spans;
}
