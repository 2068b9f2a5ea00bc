import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LinkedDocumentRow } from '../../src/checkpoint/linking-state.ts';
import { loadDefaultWeights } from '../../src/storylines/link-weights.ts';
import { type ComposedStoryline, Linker, type LinkPass } from '../../src/storylines/linker.ts';
import { resultOf, type SyntheticDocument } from './synthetic-results.ts';

const weights = loadDefaultWeights();

/** What a checkpoint would hold after passes of linking. */
class Held {
  readonly documents = new Map<number, LinkedDocumentRow>();
  readonly storylines = new Map<string, ComposedStoryline>();

  add(rows: readonly LinkedDocumentRow[]): void {
    for (const row of rows) this.documents.set(row.resultSeq, row);
  }

  save({ documents, storylines, removed }: LinkPass): void {
    for (const change of documents) {
      this.documents.set(change.resultSeq, { ...this.documents.get(change.resultSeq)!, ...change });
    }
    for (const id of removed) this.storylines.delete(id);
    for (const { storyline, linkages } of storylines)
      this.storylines.set(storyline.storyline_id, { storyline, linkages });
  }

  /** In an order of its own, so that what was saved when does not show. */
  all() {
    return [...this.storylines].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Links documents in groups, as they would come in; `restarts` begins each with what is held, as after a crash. */
function link(groups: readonly (readonly SyntheticDocument[])[], restarts = false): Held {
  const held = new Held();
  let linker = new Linker(weights, []);
  let seq = 0;
  for (const group of groups) {
    if (restarts) {
      linker = new Linker(weights, []);
      linker.restore([...held.documents.values()]);
    }
    held.add(linker.add(group.map((document) => ({ resultSeq: ++seq, result: JSON.stringify(resultOf(document)) }))));
    held.save(linker.link());
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
  test('gives the same storylines and links in whatever order documents come in, in however many passes', () => {
    let storylines = 0;
    fc.assert(
      fc.property(
        documents.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length }),
            fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
            fc.boolean(),
          ),
        ),
        ([all, shuffled, sizes, restarts]) => {
          const atOnce = link([all]).all();
          storylines += atOnce.length;
          const groups: SyntheticDocument[][] = [];
          for (let at = 0, turn = 0; at < shuffled.length; turn++) {
            const size = sizes[turn % sizes.length]!;
            groups.push(shuffled.slice(at, at + size));
            at += size;
          }
          expect(link(groups, restarts).all()).toEqual(atOnce);
        },
      ),
      { seed: 6, numRuns: 60 },
    );
    expect(storylines).toBeGreaterThan(50);
  });

  test('is the same where a bucket is fuller than its window, added at once or one group after the other', () => {
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
    expect(link(groups).all()).toEqual(link([all]).all());
  });

  test('is the same when more documents come between two at once than a window holds', () => {
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
    const neighbours = (groups: readonly (readonly SyntheticDocument[])[]) => {
      const { documents } = link(groups);
      const names = new Map([...documents.values()].map(({ resultSeq, documentId }) => [resultSeq, documentId]));
      const named = [...documents.values()].map((one): [string, string[]] => [
        one.documentId,
        [...one.neighbours]
          .filter((_, i) => i % 2 === 0)
          .map((seq) => names.get(seq)!)
          .sort(),
      ]);
      return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    expect(neighbours([ends, all.slice(2, -2)])).toEqual(neighbours([all]));
  });

  test('gives every link evidence that adds up to its score', () => {
    const all = Array.from(
      { length: 30 },
      (_, i): SyntheticDocument => ({ id: `d${i}`, story: i % 3, day: i, sentences: [0, 1, 2, 3 + (i % 4)] }),
    );
    const linker = new Linker(weights, []);
    linker.add(all.map((one, i) => ({ resultSeq: i + 1, result: JSON.stringify(resultOf(one)) })));
    const links = [...linker.link().storylines].flatMap((one) => one.linkages);
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

  test('links nothing where there is nothing, one event, or nothing alike', () => {
    for (const all of [
      [],
      [{ id: 'a', story: 0, day: null, sentences: [] }],
      [{ id: 'a', story: 0, day: 1, sentences: [1] }],
      [
        { id: 'a', story: 0, day: null, sentences: [1] },
        { id: 'b', story: 3, day: null, sentences: [2] },
      ],
    ]) {
      expect(link([all]).all()).toEqual([]);
    }
  });

  test('takes identical documents without dates and arguments for one story of one event', () => {
    const same = Array.from(
      { length: 5 },
      (_, i): SyntheticDocument => ({ id: `d${i}`, story: 2, day: null, sentences: [0, 1] }),
    );
    const { storyline, linkages } = link([same]).all()[0]![1];
    expect(storyline).toMatchObject({ document_ids: ['d0', 'd1', 'd2', 'd3', 'd4'], temporal_span: null });
    expect(storyline.event_ids).toHaveLength(10);
    expect(linkages.filter(({ link_type }) => link_type === 'coreference').length).toBeGreaterThanOrEqual(8);
  });
});
