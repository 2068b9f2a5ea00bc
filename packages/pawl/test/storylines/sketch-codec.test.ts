import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sketchDocument } from '../../src/storylines/document-sketch.ts';
import type { EventSketch } from '../../src/storylines/event-sketch.ts';
import { decodeContent, decodeProfile, encodeSketch } from '../../src/storylines/sketch-codec.ts';
import { loadWordRarity } from '../../src/storylines/word-rarity.ts';
import { resultOf } from './synthetic-results.ts';

const rarity = loadWordRarity();
const bytes = fc.int8Array({ maxLength: 9 });

/** An event with all that is decoded only when it is wanted. */
function wholeOf(event: EventSketch): EventSketch {
  const { eventId, type, domain, lemma, stem, rarity, phrase, day, participants, places, namesSomebody } = event;
  const { context, meaning, sentence, sentenceAt, triggerAt, causality, confidence } = event;
  return {
    ...{ eventId, type, domain, lemma, stem, rarity, phrase, day, participants, places, namesSomebody },
    ...{ context, meaning, sentence, sentenceAt, triggerAt, causality, confidence },
  };
}

test('a sketch is the same after it was kept, whatever its words', () => {
  const document = fc.record({
    id: fc.string({ unit: 'binary' }),
    story: fc.nat(5),
    day: fc.option(fc.integer({ min: -40_000, max: 40_000 })),
    sentences: fc.array(fc.nat(9), { maxLength: 6 }),
  });
  const meanings = fc.record({ document: bytes, events: fc.array(bytes, { minLength: 6, maxLength: 6 }) });
  fc.assert(
    fc.property(document, fc.option(meanings), fc.string({ unit: 'binary' }), (made, meant, words) => {
      const result = resultOf(made);
      const told = { ...result, original_text: `${result.original_text}${words}` };
      const { keys, ...sketch } = sketchDocument(told, rarity, meant);
      const { profile, content } = encodeSketch({ keys, ...sketch });
      // As a part of something longer, as a page of a checkpoint gives it.
      const [first, second] = [Buffer.concat([Buffer.of(1), profile]), Buffer.concat([Buffer.of(1, 2), content])];
      const kept = { ...decodeProfile(first.subarray(1)), ...decodeContent(second.subarray(2)) };
      expect({ ...kept, events: kept.events.map(wholeOf) }).toEqual(sketch);
    }),
    { seed: 6, numRuns: 100 },
  );
});
