/** Markers of cause or effect, longest first where one begins another. */
const MARKERS = [
  'as a result of',
  'as a consequence of',
  'in response to',
  'in retaliation for',
  'in the wake of',
  'on account of',
  'because of',
  'due to',
  'owing to',
  'thanks to',
  'led to',
  'leads to',
  'leading to',
  'resulted in',
  'resulting in',
  'brought about',
  'caused by',
  'sparked by',
  'triggered by',
  'prompted by',
  'as a result',
  'for this reason',
  'therefore',
  'consequently',
  'because',
  'caused',
  'sparked',
  'triggered',
  'prompted',
];

const PATTERN = new RegExp(`\\b(?:${MARKERS.join('|').replaceAll(' ', '\\s')})\\b`, 'i');

/** The first marker of cause or effect in a sentence, as it stands there; null when there is none. */
export function findCausality(sentence: string): string | null {
  return PATTERN.exec(sentence)?.[0] ?? null;
}
