import { hashString } from './hash.ts';
import type { LexiconEntry, WordLexicon } from './word-lexicon.ts';

/** What the features ask of a word, computed once per distinct form. Hashes are 32 bits. */
export interface WordProfile {
  /** The lower-cased form with digits as 0. */
  readonly lower: number;
  /** The lower-cased form itself, for gazetteers. */
  readonly exactLower: number;
  readonly form: number;
  /** Case and character classes, runs longer than two cut: `Obama` is `Xxx`, `U.S.` is `X.X.`, `1999` is `dd`. */
  readonly shape: number;
  /** Hashes of the first 1 to 4 and the last 1 to 4 units of the lower-cased form. */
  readonly prefixes: Int32Array;
  readonly suffixes: Int32Array;
  readonly startsUpper: boolean;
  /** At least two letters, all upper case. */
  readonly allUpper: boolean;
  /** No letter nor digit. */
  readonly symbolic: boolean;
  /** Distributional cluster, coarse cluster and capitalisation bucket; 0 when the word is unknown. */
  readonly cluster: number;
  readonly coarseCluster: number;
  readonly casing: number;
  /** Capitalised, unknown, or known as (part of) a name. */
  readonly mayBeName: boolean;
  /** Known to stand inside names. */
  readonly mayJoinName: boolean;
}

const MAX_AFFIX = 4;
/** Longer words (URLs, encoded data) are profiled by their first units only: cost stays bounded per token. */
const MAX_PROFILED_UNITS = 60;

function classOf(code: number, char: string): string {
  if (code >= 48 && code <= 57) return 'd';
  if (code >= 97 && code <= 122) return 'x';
  if (code >= 65 && code <= 90) return 'X';
  if (code < 128) return char;
  const lower = char.toLowerCase();
  if (lower !== char) return 'X';
  return lower !== char.toUpperCase() ? 'x' : '?';
}

/** The collapsed shape of a word, as in {@link WordProfile.shape}. */
function wordShape(word: string): string {
  let shape = '';
  for (let i = 0; i < word.length; i++) {
    const symbol = classOf(word.charCodeAt(i), word[i]!);
    if (shape.length >= 2 && shape.at(-1) === symbol && shape.at(-2) === symbol) continue;
    shape += symbol;
  }
  return shape;
}

function affixHashes(word: string, cut: (word: string, length: number) => string): Int32Array {
  return Int32Array.from({ length: MAX_AFFIX }, (_, i) => hashString(cut(word, i + 1)));
}

const isUnknown = (entry: LexiconEntry): boolean => entry.cluster === 0 && entry.nameUse === 0;

/** Profiles one word. */
function profileWord(text: string, lexicon: WordLexicon): WordProfile {
  const word = text.length > MAX_PROFILED_UNITS ? text.slice(0, MAX_PROFILED_UNITS) : text;
  const lower = word.toLowerCase();
  const shape = wordShape(word);
  const entry = lexicon.find(lower);
  return {
    lower: hashString(lower.replace(/\d/g, '0')),
    exactLower: hashString(lower),
    form: hashString(word),
    shape: hashString(shape),
    prefixes: affixHashes(lower, (w, length) => w.slice(0, length)),
    suffixes: affixHashes(lower, (w, length) => w.slice(-length)),
    startsUpper: shape.startsWith('X'),
    allUpper: /^X{2}/.test(shape) && !shape.includes('x'),
    symbolic: !/[Xxd?]/.test(shape),
    cluster: entry.cluster,
    coarseCluster: entry.coarseCluster,
    casing: entry.casing,
    mayBeName:
      shape.startsWith('X') || entry.nameUse > 1 || entry.casing > 2 || (isUnknown(entry) && /[x?]/.test(shape)),
    mayJoinName: entry.nameUse > 0,
  };
}

/** Profiles by form; emptied when full, so that its memory is bounded. */
export class ProfileCache {
  readonly #lexicon: WordLexicon;
  readonly #profiles = new Map<string, WordProfile>();
  readonly #capacity: number;

  constructor(lexicon: WordLexicon, capacity = 30_000) {
    this.#lexicon = lexicon;
    this.#capacity = capacity;
  }

  get(text: string): WordProfile {
    const known = this.#profiles.get(text);
    if (known !== undefined) return known;
    if (this.#profiles.size >= this.#capacity) this.#profiles.clear();
    const profile = profileWord(text, this.#lexicon);
    this.#profiles.set(text, profile);
    return profile;
  }
}
