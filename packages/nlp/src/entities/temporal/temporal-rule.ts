import type { DayNumber } from './calendar.ts';

/** Named groups of a match. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** One pattern of the grammar and its value. */
export interface TemporalRule {
  readonly type: 'DATE' | 'TIME';
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
