import { hashString, mixHash } from './hash.ts';

/** Kinds of listed phrases; a phrase may be of several. */
export const PHRASE_KINDS = [
  'given-name',
  'surname',
  'country',
  'region',
  'city',
  'place',
  'company',
  'institution',
  'demonym',
  'event',
  'work',
  'title',
] as const;
export type PhraseKind = (typeof PHRASE_KINDS)[number];

const PREFIX_BIT = 1 << 30;
const KIND_MASK = PREFIX_BIT - 1;
const MAX_PHRASE_TOKENS = 8;
const NO_MATCH = { length: 0, kinds: 0 };

/** The bit of a kind in a kind mask. */
export const kindBit = (kind: PhraseKind): number => 1 << PHRASE_KINDS.indexOf(kind);

/**
 * Listed phrases, matched over token hashes: each phrase is stored as the hash of its lower-cased tokens, each proper
 * prefix of it as a hash that says "go on".
 */
export class Gazetteer {
  readonly #kinds = new Map<number, number>();

  /** Adds a phrase of space-separated, lower-cased tokens. */
  add(phrase: string, kinds: number): void {
    let key = 0;
    const words = phrase.split(' ');
    for (let i = 0; i < words.length; i++) {
      key = mixHash(key, hashString(words[i]!));
      const bits = i === words.length - 1 ? kinds : PREFIX_BIT;
      this.#kinds.set(key, (this.#kinds.get(key) ?? 0) | bits);
    }
  }

  /** The kinds of exactly these tokens (hashes of lower-cased forms), as a mask; 0 when not listed. */
  kindsOf(tokens: readonly number[]): number {
    return (this.#kinds.get(tokens.reduce(mixHash, 0)) ?? 0) & KIND_MASK;
  }

  /** The longest listed phrase that starts at `first`: its token count and kind mask, both 0 when there is none. */
  longestMatch(tokens: Int32Array, first: number, end: number): { length: number; kinds: number } {
    let key = 0;
    let best = NO_MATCH;
    const stop = Math.min(end, first + MAX_PHRASE_TOKENS);
    for (let i = first; i < stop; i++) {
      key = mixHash(key, tokens[i]!);
      const bits = this.#kinds.get(key);
      if (bits === undefined) break;
      if (bits & KIND_MASK) best = { length: i - first + 1, kinds: bits & KIND_MASK };
      if (!(bits & PREFIX_BIT)) break;
    }
    return best;
  }
}
