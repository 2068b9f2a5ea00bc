import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sketchDocument } from '../../src/storylines/document-sketch.ts';
import { loadDefaultWeights } from '../../src/storylines/link-weights.ts';
import { byDay } from '../../src/storylines/stories.ts';
import type { Linkage } from '../../src/storylines/storyline.ts';
import { type Member, StorylineComposer } from '../../src/storylines/storyline-composer.ts';
import { loadWordRarity } from '../../src/storylines/word-rarity.ts';
import { resultOf } from './synthetic-results.ts';

const composer = new StorylineComposer(loadDefaultWeights());
const rarity = loadWordRarity();

/** A storyline as it is held: linkages of a document stay until others come for it. */
interface Held {
  readonly kept: Uint8Array;
  readonly linkages: ReadonlyMap<number, readonly Linkage[]>;
}

const NOTHING: Held = { kept: new Uint8Array(0), linkages: new Map() };

function compose(members: readonly Member[], held: Held) {
  const inOrder = members.toSorted((a, b) => byDay(a.content, b.content));
  const { storyline, linkages, isAnew, kept } = composer.compose('s-1', inOrder, held.kept);
  const all = new Map([...(isAnew ? [] : held.linkages), ...linkages]);
  const told = [...all].filter(([, own]) => own.length > 0).sort(([a], [b]) => a - b);
  return { storyline, told, isAnew, held: { kept, linkages: all } };
}

/** Enough documents for a window to be too small for the mentions of one event. */
const members = fc.array(
  fc.record({
    day: fc.option(fc.integer({ min: 0, max: 40 })),
    sentences: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 100, maxLength: 160, size: 'max' },
);

test('a storyline that documents join and leave is the one that is composed of them at once', () => {
  const ways = { goneOn: 0, anew: 0 };
  fc.assert(
    fc.property(members, fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 4 }), (made, shares) => {
      const all = made.map(({ day, sentences }, i): Member => {
        const content = sketchDocument(resultOf({ id: `d${i}`, story: 0, day, sentences }), rarity, null);
        return { id: i + 1, content, likelihood: 0.5 };
      });
      let held = NOTHING;
      for (const share of shares) {
        // Which of them are there changes with the share: most often some join, at times some leave.
        const present = all.filter(({ id }) => (id * 37) % 100 < share);
        if (present.length < 2) continue;
        const now = compose(present, held);
        const atOnce = compose(present, NOTHING);
        expect(now.storyline).toEqual(atOnce.storyline);
        expect(now.told).toEqual(atOnce.told);
        if (held !== NOTHING) ways[now.isAnew ? 'anew' : 'goneOn'] += 1;
        held = now.held;
      }
    }),
    { seed: 6, numRuns: 24 },
  );
  expect(ways.goneOn).toBeGreaterThan(20);
  expect(ways.anew).toBeGreaterThan(10);
});
