import type { WordProfile } from './word-profile.ts';

/** Words this far from a likely name may still belong to it: `University of the West`. */
const REACH = 3;

/**
 * Marks the tokens worth scoring: capitalised or unusual ones, lower-case words that training saw as a whole name or its
 * edge, and words seen inside names when a candidate is near. All others are outside of names for certain.
 */
export function markCandidates(words: readonly WordProfile[]): Uint8Array {
  const marks = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) {
    if (!words[i]!.mayBeName) continue;
    marks[i] = 1;
    const from = Math.max(0, i - REACH);
    const to = Math.min(words.length - 1, i + REACH);
    for (let j = from; j <= to; j++) if (words[j]!.mayJoinName) marks[j] = 1;
  }
  return marks;
}
