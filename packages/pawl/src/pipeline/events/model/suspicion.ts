import type { Range, TextOutline } from '../text-outline.ts';

/** Why it is hard to believe that nothing happens in a text. */
export interface Suspicion {
  /** For people. */
  readonly reason: string;
  /** The words that speak against it, as they stand in the text. */
  readonly words: readonly string[];
}

/** A trigger of which the patterns are this sure needs no second. */
const SURE = 0.7;
/** A text of this many words seldom tells of nothing. */
const LONG_TEXT_WORDS = 500;
const MAX_WORDS = 12;

/**
 * Judges an answer without events by what is known for free: what the built-in patterns find in the text, whether the server
 * vouches for the answer, how long the text is.
 * @returns null when the answer is to be believed
 */
export function suspectNoEvents(
  text: string,
  outline: TextOutline,
  part: Range,
  isVouchedFor: boolean,
): Suspicion | null {
  const evidence = outline.evidence.filter(({ start, end }) => part.start <= start && end <= part.end);
  const words = [...new Set(evidence.map(({ start, end }) => text.slice(start, end)))].slice(0, MAX_WORDS);
  const isClear = evidence.length >= 2 || evidence.some(({ confidence }) => confidence >= SURE);
  if (isClear)
    return { reason: `no events, though the text says ${words.map((word) => `"${word}"`).join(', ')}`, words };
  if (!isVouchedFor) return { reason: 'no events, and the server does not say that the answer was complete', words };
  const length = outline.words.filter(({ start, end }) => part.start <= start && end <= part.end).length;
  return length >= LONG_TEXT_WORDS ? { reason: `no events in ${length} words`, words } : null;
}

/** What is said when a text is asked about once more. */
export function secondLook({ words }: Suspicion): string {
  const hint =
    words.length === 0 ? '' : ` It says, for instance: ${words.map((word) => JSON.stringify(word)).join(', ')}.`;
  return `An earlier reading found no event in this text.${hint} Read it once more, sentence by sentence. Answer with an empty list only if really nothing in it fits an event type.`;
}
