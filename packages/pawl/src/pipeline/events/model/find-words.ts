import type { Range } from '../text-outline.ts';
import { FoldedText, fold } from './folded-text.ts';

/** Where words are looked for first, and near which place. */
export interface Whereabouts {
  /** The sentence they are said to stand in; null when it is not known. */
  readonly sentence: Range | null;
  /** The place they are said to be at. */
  readonly near: number;
}

/** No word of these scripts is set off by spaces. */
const LETTER =
  /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]$/u;
/** Of words that stand everywhere, the places beyond this are not looked at. */
const MAX_PLACES = 10_000;

/** Finds words in a part of a text. All positions are of the whole text. */
export class WordFinder {
  readonly #text: string;
  readonly #part: Range;
  #folded: FoldedText | null = null;

  constructor(text: string, part: Range) {
    this.#text = text;
    this.#part = part;
  }

  /**
   * The best place that says these words: exactly, else but for case, accents, spaces, quotes and dashes; in the sentence
   * rather than elsewhere, then nearest to where they are said to be. Never a part of a longer word.
   * @returns null when they stand nowhere
   */
  find(words: string, whereabouts: Whereabouts): Range | null {
    const wanted = words.trim();
    if (wanted === '') return null;
    return best(this.#exact(wanted), whereabouts) ?? best(this.#foldedPlaces(fold(wanted)), whereabouts);
  }

  /** Where a stretch of text begins that is quoted from its beginning, exactly or inexactly; null when it is not there. */
  findBeginning(quoted: string, near: number): number | null {
    return this.find(quoted.replace(/(\.\.\.|…)\s*$/, ''), { sentence: null, near })?.start ?? null;
  }

  *#exact(wanted: string): Generator<Range> {
    const { start: from, end: to } = this.#part;
    const part = this.#text.slice(from, to);
    for (const at of placesOf(part, wanted)) {
      const range = { start: from + at, end: from + at + wanted.length };
      if (isWhole(this.#text, range)) yield range;
    }
  }

  *#foldedPlaces(wanted: string): Generator<Range> {
    if (wanted === '') return;
    const from = this.#part.start;
    this.#folded ??= new FoldedText(this.#text.slice(from, this.#part.end));
    for (const at of placesOf(this.#folded.folded, wanted)) {
      const { start, end } = this.#folded.rangeOf(at, wanted.length);
      const range = { start: from + start, end: from + end };
      if (isWhole(this.#text, range)) yield range;
    }
  }
}

function* placesOf(text: string, wanted: string): Generator<number> {
  let at = text.indexOf(wanted);
  for (let places = 0; at >= 0 && places < MAX_PLACES; places++) {
    yield at;
    at = text.indexOf(wanted, at + 1);
  }
}

function best(places: Iterable<Range>, { sentence, near }: Whereabouts): Range | null {
  let found: Range | null = null;
  let foundRank = Number.POSITIVE_INFINITY;
  for (const place of places) {
    const isInSentence = sentence !== null && sentence.start <= place.start && place.end <= sentence.end;
    const rank = Math.abs(place.start - near) + (isInSentence ? 0 : 2 ** 32);
    if (rank < foundRank) [found, foundRank] = [place, rank];
  }
  return found;
}

/** Whether a range neither begins nor ends inside a word, a character, or between a letter and its accent. */
function isWhole(text: string, { start, end }: Range): boolean {
  return !isInsideWord(text, start) && !isInsideWord(text, end);
}

function isInsideWord(text: string, position: number): boolean {
  if (position === 0 || position === text.length) return false;
  const after = String.fromCodePoint(text.codePointAt(position)!);
  if (/^[\p{M}\uDC00-\uDFFF]$/u.test(after)) return true;
  return LETTER.test(after) && LETTER.test(characterBefore(text, position));
}

function characterBefore(text: string, position: number): string {
  const before = text.slice(Math.max(0, position - 2), position);
  return [...before].at(-1) ?? '';
}
