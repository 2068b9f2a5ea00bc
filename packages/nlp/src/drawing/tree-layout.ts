import type { Token } from '../document.ts';

/** What a drawing needs of a token. */
export type DrawnToken = Pick<Token, 'text' | 'upos' | 'head' | 'deprel'>;

/** A relation between two words; words are numbered from 0. */
export interface Arc {
  readonly head: number;
  readonly dependent: number;
  readonly label: string;
  /** How high it runs: 1 for the lowest; above every arc that it spans. */
  readonly level: number;
}

/** The arcs of a sentence, short ones first. Heads outside the sentence and words that are their own heads have none. */
export function layOutArcs(tokens: readonly DrawnToken[]): Arc[] {
  const drafts = tokens
    .map(({ head, deprel }, dependent) => ({ head, dependent, label: deprel }))
    .filter(({ head, dependent }) => head !== dependent && tokens[head] !== undefined)
    .sort((a, b) => lengthOf(a) - lengthOf(b) || a.dependent - b.dependent);
  const heights = new Int32Array(tokens.length); // of the gap after each word
  return drafts.map((draft) => {
    const from = Math.min(draft.head, draft.dependent);
    const to = Math.max(draft.head, draft.dependent);
    const level = 1 + heights.subarray(from, to).reduce((most, height) => Math.max(most, height), 0);
    heights.fill(level, from, to);
    return { ...draft, level };
  });
}

const lengthOf = ({ head, dependent }: { head: number; dependent: number }): number => Math.abs(head - dependent);

/**
 * The middle of each word from left to right: words keep `gap` between them, and the ends of an arc stand as far apart as
 * its label needs.
 * @param widths of words and labels in one unit, the label's with all that must stand beside it
 */
export function placeWords(
  widths: readonly number[],
  arcs: readonly Arc[],
  labelWidth: (label: string) => number,
  gap: number,
): number[] {
  const arcsByEnd = Map.groupBy(arcs, ({ head, dependent }) => Math.max(head, dependent));
  const middles: number[] = [];
  widths.forEach((width, i) => {
    const besideWord = i === 0 ? width / 2 : middles[i - 1]! + widths[i - 1]! / 2 + gap + width / 2;
    const besideLabels = (arcsByEnd.get(i) ?? []).map(
      ({ head, dependent, label }) => middles[Math.min(head, dependent)]! + labelWidth(label),
    );
    middles.push(besideLabels.reduce((most, place) => Math.max(most, place), besideWord));
  });
  return middles;
}
