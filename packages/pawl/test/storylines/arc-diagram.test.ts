import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARC_PLANE_WIDTH, arcDiagramOf } from '../../src/storylines/arc-diagram.ts';
import type { EntityLink } from '../../src/storylines/storyline-map.ts';

const link = (a: number, b: number, storylines = 1): EntityLink => ({ a, b, storylines });

describe('an arc diagram', () => {
  test('of none and of one has no arcs', () => {
    expect(arcDiagramOf(0, [])).toEqual({ order: [], arcs: [] });
    expect(arcDiagramOf(1, [])).toEqual({ order: [0], arcs: [] });
  });

  test('puts together who stands together', () => {
    const { order } = arcDiagramOf(6, [link(0, 3), link(3, 5), link(0, 5), link(1, 2), link(2, 4), link(1, 4)]);
    const groups = order.map((entity) => ([0, 3, 5].includes(entity) ? 'x' : 'y')).join('');
    expect(['xxxyyy', 'yyyxxx']).toContain(groups);
  });

  test('draws who shares most storylines strongest, and over the others', () => {
    const { arcs } = arcDiagramOf(4, [link(0, 1, 40), link(1, 2, 20), link(2, 3, 1)]);
    expect(arcs.map(({ strength }) => strength)).toEqual([1, 2, 4]);
    expect(arcDiagramOf(2, [link(0, 1)]).arcs[0]!.path).toBe('M0,0.5C128,0.5 128,1.5 0,1.5');
  });

  test('has each entity in one row, each link as one arc within the plane, and is always the same', () => {
    const graphs = fc.integer({ min: 2, max: 24 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        links: fc
          .uniqueArray(
            fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).filter(([a, b]) => a < b),
            { selector: ([a, b]) => a * 100 + b },
          )
          .chain((pairs) =>
            fc.tuple(...pairs.map(([a, b]) => fc.integer({ min: 1, max: 99 }).map((n) => link(a, b, n)))),
          ),
      }),
    );
    fc.assert(
      fc.property(graphs, ({ count, links }) => {
        const { order, arcs } = arcDiagramOf(count, links);
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(arcs.length).toBe(links.length);
        for (const { path, strength } of arcs) {
          const [from, control, to] = /^M0,(\S+)C(\S+),\1 \2,(\S+) 0,\3$/.exec(path)!.slice(1).map(Number);
          expect([from, to].every((row) => row! > 0 && row! < count)).toBe(true);
          expect((control! * 3) / 4).toBeLessThanOrEqual(ARC_PLANE_WIDTH);
          expect(strength).toBeGreaterThanOrEqual(1);
          expect(strength).toBeLessThanOrEqual(4);
        }
        expect(arcDiagramOf(count, links)).toEqual({ order, arcs });
      }),
      { numRuns: 40 },
    );
  });
});
