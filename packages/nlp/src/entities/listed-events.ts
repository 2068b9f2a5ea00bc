import type { Entity, Sentence } from '../document.ts';
import { type Gazetteer, kindBit } from './names/gazetteer.ts';
import { hashString } from './names/hash.ts';

const EVENT = kindBit('event');
const CONFIDENCE = 0.85;

const isUpper = (word: string): boolean => /^[\p{Lu}\d]/u.test(word);

/**
 * Finds the events of the gazetteer, since the training corpora hardly label any. A single word counts only when it can be
 * nothing else (`Olympics`, not `Wimbledon`).
 */
export function findListedEvents(text: string, sentences: readonly Sentence[], gazetteer: Gazetteer): Entity[] {
  return sentences.flatMap(({ tokens }) => {
    const starts = tokens.map((token) => isUpper(token.text));
    if (!starts.includes(true)) return [];
    const lowers = Int32Array.from(tokens, (token) => hashString(token.text.toLowerCase()));
    const events: Entity[] = [];
    for (let i = 0; i < tokens.length; i++) {
      if (!starts[i]) continue;
      const { length, kinds } = gazetteer.longestMatch(lowers, i, tokens.length);
      const certain = length > 1 ? (kinds & EVENT) !== 0 : kinds === EVENT;
      if (!certain) continue;
      const { start } = tokens[i]!;
      const { end } = tokens[i + length - 1]!;
      events.push({ text: text.slice(start, end), type: 'EVENT', start, end, confidence: CONFIDENCE });
      i += length - 1;
    }
    return events;
  });
}
