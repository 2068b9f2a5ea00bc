import type { Range } from '../text-outline.ts';

// Text as it is compared when it was copied inexactly: without case, accents, widths and kinds of quotes and dashes, with
// single spaces. Each unit of it knows where it comes from, so what is found in it is a span of the text itself.

const SAME_AS: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '`': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
};
/** What is read as if it were not there: accents, soft hyphens, marks of width zero. */
const IGNORED = /^[\p{M}\p{Cf}]$/u;
const SPACE = /^[\s\p{Z}]$/u;

export class FoldedText {
  readonly folded: string;
  /** Of each unit of `folded`: the stretch of the text that it stands for. */
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];

  constructor(text: string) {
    const units: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    let position = 0;
    for (const character of text) {
      const start = position;
      position += character.length;
      for (const unit of unitsOf(character)) {
        const repeatsSpace = unit === ' ' && units.at(-1) === ' ';
        if (!repeatsSpace && !IGNORED.test(unit)) {
          units.push(unit);
          starts.push(start);
          ends.push(position);
        } else if (ends.length > 0 && !repeatsSpace) ends[ends.length - 1] = position; // an accent belongs to its letter
      }
    }
    this.folded = units.join('');
    this.#starts = starts;
    this.#ends = ends;
  }

  /** Where a stretch of `folded` comes from; `length` at least 1. */
  rangeOf(start: number, length: number): Range {
    return { start: this.#starts[start]!, end: this.#ends[start + length - 1]! };
  }
}

/** Words as {@link FoldedText} has them, without space around. */
export function fold(words: string): string {
  return new FoldedText(words).folded.trim();
}

/** UTF-16 units, so that positions in the joined string are positions among them. */
function unitsOf(character: string): string[] {
  if (SPACE.test(character)) return [' '];
  const same = SAME_AS[character] ?? character;
  const letters = [...same.normalize('NFKD')].filter((part) => !IGNORED.test(part)).join('');
  if (letters === '') return [character];
  return letters.toLowerCase().split('');
}
