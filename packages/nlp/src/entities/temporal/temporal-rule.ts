import type { DayNumber } from './calendar.ts';

/** Named groups of a match. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** A cheap test for words or signs; plain flags, since case folding over all of Unicode costs ten times as much. */
export type Trigger = RegExp;

/** A trigger for any of some words, or words that begin so, in any case. */
export function anyOf(...beginnings: readonly string[]): Trigger {
  const folded = beginnings.map((word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`));
  return new RegExp(`(?<![A-Za-z])(?:${folded.join('|')})`);
}

/** One pattern of the grammar and its value. */
export interface TemporalRule {
  readonly type: 'DATE' | 'TIME';
  /** What every match contains; a stretch of text without it need not be searched. */
  readonly trigger: Trigger;
  /** Global; every quantifier in it is bounded, so that a scan is linear. */
  readonly pattern: RegExp;
  /**
   * The ISO 8601 value, with EDTF (ISO 8601-2) for what is unknown: `XXXX-03-04`, `199X`.
   * @param today the document's day, if known.
   * @returns undefined when the phrase has no definite value; `false` when the match is no time at all.
   */
  readonly normalize: (groups: Groups, today: DayNumber | undefined) => string | undefined | false;
  readonly confidence: number;
}

/** Compiles a pattern that begins and ends at word boundaries. */
export function wholeWords(source: string, flags = 'giu'): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, flags);
}
