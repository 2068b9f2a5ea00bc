import type { Gazetteer } from './gazetteer.ts';
import { hashString, mixHash } from './hash.ts';
import type { ProfileCache, WordProfile } from './word-profile.ts';

/** Feature hashes of a sentence: token i owns `hashes[offsets[i]]` up to, not including, `hashes[offsets[i + 1]]`. */
export interface SentenceFeatures {
  readonly hashes: Int32Array;
  readonly offsets: Int32Array;
}

/** How a word is used elsewhere in its document, by its lower-cased hash. */
export interface DocumentUsage {
  readonly lowerCased: ReadonlySet<number>;
  /** Capitalised where the place in the sentence does not demand it. */
  readonly capitalised: ReadonlySet<number>;
}

const BOUNDARY: WordProfile = {
  lower: hashString('<boundary>'),
  exactLower: 0,
  form: hashString('<boundary>'),
  shape: hashString('<boundary>'),
  prefixes: new Int32Array(4),
  suffixes: new Int32Array(4),
  startsUpper: false,
  allUpper: false,
  symbolic: true,
  cluster: 0,
  coarseCluster: 0,
  casing: 0,
  mayBeName: false,
  mayJoinName: false,
};

/** So many features, the first of each token, hold the token's own wording. */
export const WORDING_FEATURES = 4;

const MAX_RUN_LENGTH = 5;
/** Lengths of affixes used as features, minus one. */
const AFFIXES = [1, 2, 3] as const;

/** The maximal run of capitalised words around each token: names live in them. */
interface CapitalRuns {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

function findRuns(words: readonly WordProfile[]): CapitalRuns {
  const n = words.length;
  const first = new Int32Array(n).fill(-1);
  const last = new Int32Array(n).fill(-1);
  for (let start = 0; start < n; start++) {
    if (!words[start]!.startsUpper) continue;
    let end = start;
    while (end + 1 < n && words[end + 1]!.startsUpper) end++;
    first.fill(start, start, end + 1);
    last.fill(end, start, end + 1);
    start = end;
  }
  return { first, last };
}

/** Gazetteer code of each token: kinds and place (begin, inside, last, unit) of the listed phrase it is in; 0 for none. */
function matchGazetteer(words: readonly WordProfile[], gazetteer: Gazetteer): Int32Array {
  const n = words.length;
  const lowers = Int32Array.from(words, (word) => word.exactLower);
  const codes = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const { length, kinds } = gazetteer.longestMatch(lowers, i, n);
    if (length === 0) continue;
    for (let j = 0; j < length; j++) {
      const place = length === 1 ? 3 : j === 0 ? 0 : j === length - 1 ? 2 : 1;
      codes[i + j] = kinds * 4 + place + 1;
    }
    i += length - 1;
  }
  return codes;
}

/** Share of capitalised words among all words, in quarters: headlines and shouting make capitals mean little. */
function capitalShare(words: readonly WordProfile[]): number {
  let letters = 0;
  let upper = 0;
  let shouted = 0;
  for (const word of words) {
    if (word.symbolic) continue;
    letters++;
    if (word.startsUpper) upper++;
    if (word.allUpper) shouted++;
  }
  if (letters < 3) return 0;
  if (shouted / letters > 0.6) return 3;
  return upper / letters > 0.6 ? 2 : 1;
}

function usageCode(word: WordProfile, usage: DocumentUsage): number {
  return (usage.lowerCased.has(word.lower) ? 1 : 0) + (usage.capitalised.has(word.lower) ? 2 : 0);
}

/** Gathers how words are used over all sentences of a document. */
export function readUsage(sentences: readonly (readonly WordProfile[])[]): DocumentUsage {
  const lowerCased = new Set<number>();
  const capitalised = new Set<number>();
  for (const words of sentences) {
    const headline = capitalShare(words) > 1;
    words.forEach((word, i) => {
      if (word.symbolic) return;
      if (!word.startsUpper) lowerCased.add(word.lower);
      else if (i > 0 && !headline) capitalised.add(word.lower);
    });
  }
  return { lowerCased, capitalised };
}

/** Turns sentences into feature hashes. Holds a buffer that grows to the longest sentence: not for concurrent use. */
export class NameFeatureExtractor {
  readonly #profiles: ProfileCache;
  readonly #gazetteer: Gazetteer;
  #buffer = new Int32Array(4096);
  #length = 0;

  constructor(profiles: ProfileCache, gazetteer: Gazetteer) {
    this.#profiles = profiles;
    this.#gazetteer = gazetteer;
  }

  /** Looks up the profiles of a sentence's words. */
  profile(words: readonly string[]): WordProfile[] {
    return words.map((word) => this.#profiles.get(word));
  }

  /** The features of one sentence; tokens that `marks` leaves out get none. */
  extract(words: readonly WordProfile[], usage: DocumentUsage, marks?: Uint8Array): SentenceFeatures {
    const runs = findRuns(words);
    const codes = matchGazetteer(words, this.#gazetteer);
    const share = capitalShare(words);
    const offsets = new Int32Array(words.length + 1);
    this.#length = 0;
    for (let i = 0; i < words.length; i++) {
      if (marks === undefined || marks[i] === 1) {
        this.#addWords(words, i);
        this.#addShapes(words, i, share, usage);
        this.#addClusters(words, i);
        this.#addRun(words, runs, i);
        this.#addGazetteer(words, codes, i);
      }
      offsets[i + 1] = this.#length;
    }
    return { hashes: this.#buffer.slice(0, this.#length), offsets };
  }

  #add(template: number, value: number): void {
    if (this.#length === this.#buffer.length) {
      const grown = new Int32Array(2 * this.#buffer.length);
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer[this.#length++] = mixHash(template, value);
  }

  #addWords(words: readonly WordProfile[], i: number): void {
    const word = words[i]!;
    const previous = words[i - 1] ?? BOUNDARY;
    const next = words[i + 1] ?? BOUNDARY;
    this.#add(1, word.lower);
    this.#add(2, word.form);
    this.#add(7, mixHash(previous.lower, word.lower));
    this.#add(8, mixHash(word.lower, next.lower));
    this.#add(3, previous.lower);
    this.#add(4, next.lower);
    this.#add(5, (words[i - 2] ?? BOUNDARY).lower);
    this.#add(6, (words[i + 2] ?? BOUNDARY).lower);
    this.#add(9, mixHash(previous.lower, next.lower));
    for (const k of AFFIXES) {
      this.#add(10 + k, word.prefixes[k]!);
      this.#add(14 + k, word.suffixes[k]!);
    }
    this.#add(18, mixHash(previous.suffixes[2]!, word.shape));
    this.#add(19, mixHash(next.suffixes[2]!, word.shape));
  }

  #addShapes(words: readonly WordProfile[], i: number, share: number, usage: DocumentUsage): void {
    const word = words[i]!;
    const previous = words[i - 1] ?? BOUNDARY;
    const next = words[i + 1] ?? BOUNDARY;
    const atStart = i === 0 || (i === 1 && previous.symbolic) ? 1 : 0;
    this.#add(20, word.shape);
    this.#add(21, previous.shape);
    this.#add(22, next.shape);
    this.#add(23, mixHash(previous.shape, word.shape));
    this.#add(24, mixHash(word.shape, next.shape));
    this.#add(25, mixHash(mixHash(previous.shape, word.shape), next.shape));
    this.#add(26, mixHash(word.shape, share * 2 + atStart));
    this.#add(27, mixHash(word.shape, previous.lower));
    this.#add(28, mixHash(word.shape, next.lower));
    this.#add(29, mixHash(word.shape, word.casing * 8 + share * 2 + atStart));
    this.#add(30, previous.casing * 64 + word.casing * 8 + next.casing);
    if (word.startsUpper) this.#add(31, (usageCode(word, usage) * 8 + word.casing) * 8 + share * 2 + atStart);
  }

  #addClusters(words: readonly WordProfile[], i: number): void {
    const word = words[i]!;
    const previous = words[i - 1] ?? BOUNDARY;
    const next = words[i + 1] ?? BOUNDARY;
    this.#add(32, word.cluster);
    this.#add(33, previous.cluster);
    this.#add(34, next.cluster);
    this.#add(35, mixHash(word.coarseCluster, word.shape));
    this.#add(36, mixHash(previous.coarseCluster, word.shape));
    this.#add(37, mixHash(word.shape, next.coarseCluster));
    this.#add(38, mixHash(previous.cluster, word.cluster));
    this.#add(39, mixHash(word.cluster, next.cluster));
  }

  #addRun(words: readonly WordProfile[], runs: CapitalRuns, i: number): void {
    const first = runs.first[i]!;
    const last = runs.last[i]!;
    if (first < 0 || first === last) return;
    const place = (i === first ? 0 : i === last ? 2 : 1) * 8 + Math.min(last - first + 1, MAX_RUN_LENGTH);
    const before = words[first - 1] ?? BOUNDARY;
    const after = words[last + 1] ?? BOUNDARY;
    this.#add(40, place);
    this.#add(41, mixHash(words[last]!.lower, place));
    this.#add(42, words[last]!.lower);
    this.#add(43, words[first]!.lower);
    this.#add(44, mixHash(before.lower, place));
    this.#add(45, mixHash(after.lower, place));
    this.#add(46, words[last]!.suffixes[2]!);
  }

  #addGazetteer(words: readonly WordProfile[], codes: Int32Array, i: number): void {
    const code = codes[i]!;
    const next = codes[i + 1] ?? 0;
    const previous = codes[i - 1] ?? 0;
    const shape = words[i]!.shape;
    if (code !== 0) {
      this.#add(50, code);
      this.#add(51, mixHash(code, shape));
    }
    if (previous !== 0) this.#add(52, mixHash(previous, shape));
    if (next !== 0) this.#add(53, mixHash(next, shape));
    if (code !== 0 || previous !== 0 || next !== 0) this.#add(54, mixHash(mixHash(previous, code), next));
  }
}
