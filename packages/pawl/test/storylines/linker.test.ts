import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadDefaultWeights } from '../../src/storylines/link-weights.ts';
import { Linker } from '../../src/storylines/linker.ts';
import { HeldLinking } from './held-linking.ts';
import { resultOf, type SyntheticDocument } from './synthetic-results.ts';

const weights = loadDefaultWeights();

/** Links documents in groups, as they would come in; `restarts` begins each with what is held, as after a crash. */
async function link(groups: readonly (readonly SyntheticDocument[])[], restarts = false): Promise<HeldLinking> {
  const held = new HeldLinking();
  let linker = new Linker(weights, [], held.kept);
  let seq = 0;
  for (const group of groups) {
    if (restarts) {
      linker = new Linker(weights, [], held.kept);
      linker.restore(held.columns());
    }
    held.add(linker.add(group.map((document) => ({ resultSeq: ++seq, result: JSON.stringify(resultOf(document)) }))));
    await held.save(await linker.link());
  }
  return held;
}

const document = fc.record({
  story: fc.integer({ min: 0, max: 5 }),
  day: fc.option(fc.integer({ min: 0, max: 300 })),
  sentences: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
});
const documents = fc
  .array(document, { maxLength: 24 })
  .map((all) => all.map((one, i): SyntheticDocument => ({ id: `d${i}`, ...one })));

describe('linking', () => {
  test('gives the same storylines and links in whatever order documents come in, in however many passes', async () => {
    let [storylines, goneOn] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        documents.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
            fc.boolean(),
          ),
        ),
        async ([all, shuffled, sizes, restarts]) => {
          const atOnce = (await link([all])).all();
          storylines += atOnce.length;
          const groups: SyntheticDocument[][] = [];
          for (let at = 0, turn = 0; at < shuffled.length; turn++) {
            const size = sizes[turn % sizes.length]!;
            groups.push(shuffled.slice(at, at + size));
            at += size;
          }
          const inPasses = await link(groups, restarts);
          expect(inPasses.all()).toEqual(atOnce);
          goneOn += inPasses.composed.goneOn;
        },
      ),
      { seed: 6, numRuns: 60 },
    );
    expect(storylines).toBeGreaterThan(50);
    expect(goneOn).toBeGreaterThan(10);
  });

  test('is the same where a bucket is fuller than its window, added at once or one group after the other', async () => {
    const all = Array.from(
      { length: 160 },
      (_, i): SyntheticDocument => ({
        id: `d${i}`,
        story: i % 2,
        day: (i * 37) % 160,
        sentences: [i % 7, (i + 3) % 7],
      }),
    );
    const groups = [all.slice(0, 100), all.slice(100, 101), all.slice(101, 130), all.slice(130)];
    expect((await link(groups)).all()).toEqual((await link([all])).all());
  });

  test('is the same when more documents come between two at once than a window holds', async () => {
    const all = Array.from(
      { length: 420 },
      (_, i): SyntheticDocument => ({
        id: `d${String(i).padStart(3, '0')}`,
        story: 0,
        day: Math.floor(i / 2),
        sentences: [i % 7, (i + 3) % 7],
      }),
    );
    const ends = [...all.slice(0, 2), ...all.slice(-2)];
    const [inPasses, atOnce] = [await link([ends, all.slice(2, -2)]), await link([all])];
    expect(inPasses.neighbours()).toEqual(atOnce.neighbours());
    expect(inPasses.all()).toEqual(atOnce.all());
  });

  test('gives every link evidence that adds up to its score', async () => {
    const all = Array.from(
      { length: 30 },
      (_, i): SyntheticDocument => ({ id: `d${i}`, story: i % 3, day: i, sentences: [0, 1, 2, 3 + (i % 4)] }),
    );
    const links = (await link([all])).all().flatMap((one) => one.linkages);
    expect(new Set(links.map(({ link_type }) => link_type))).toEqual(new Set(['coreference', 'temporal']));
    for (const { bias, evidence, similarity_score } of links) {
      const sum = evidence.reduce((total, { adds }) => total + adds, bias ?? 0);
      expect(bias === null ? sum : 1 / (1 + Math.exp(-sum))).toBeCloseTo(similarity_score, 2);
      for (const { value, weight, adds } of evidence) {
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(adds).toBeCloseTo(value * weight, 2);
      }
    }
  });

  test('links nothing where there is nothing, one event, or nothing alike', async () => {
    for (const all of [
      [],
      [{ id: 'a', story: 0, day: null, sentences: [] }],
      [{ id: 'a', story: 0, day: 1, sentences: [1] }],
      [
        { id: 'a', story: 0, day: null, sentences: [1] },
        { id: 'b', story: 3, day: null, sentences: [2] },
      ],
    ]) {
      expect((await link([all])).all()).toEqual([]);
    }
  });

  test('takes identical documents without dates and arguments for one story of one event', async () => {
    const same = Array.from(
      { length: 5 },
      (_, i): SyntheticDocument => ({ id: `d${i}`, story: 2, day: null, sentences: [0, 1] }),
    );
    const { storyline, linkages } = (await link([same])).all()[0]!;
    expect(storyline).toMatchObject({ document_ids: ['d0', 'd1', 'd2', 'd3', 'd4'], temporal_span: null });
    expect(storyline.event_ids).toHaveLength(10);
    expect(linkages.filter(({ link_type }) => link_type === 'coreference').length).toBeGreaterThanOrEqual(8);
  });
});
