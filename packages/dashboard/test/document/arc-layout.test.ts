import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Arc, layoutArcs } from '../../src/document/arc-layout.ts';

/** Any tree over up to a dozen words: each word but the root hangs from one that was placed before it, in any order of words. */
const tree = fc
  .array(fc.record({ pick: fc.nat(), place: fc.nat() }), { minLength: 1, maxLength: 12 })
  .map((choices) => {
    const order = choices.map((_, i) => i).sort((a, b) => choices[a]!.place - choices[b]!.place || a - b);
    const heads = new Array<number>(choices.length).fill(-1);
    for (const [i, word] of order.entries()) if (i > 0) heads[word] = order[choices[i]!.pick % i]!;
    return heads.map((head, i) => ({ text: `word${i}`, head, deprel: 'dep' }));
  });
const widthOf = (text: string) => text.length * 8;
const span = ({ head, dependent }: Arc) => [Math.min(head, dependent), Math.max(head, dependent)] as const;

describe('the layout of a dependency tree', () => {
  test('has an arc to every word but the root', () => {
    fc.assert(
      fc.property(tree, (tokens) => {
        const { arcs, root } = layoutArcs(tokens, widthOf);
        expect(arcs.map(({ dependent, head }) => [dependent, head]).sort()).toEqual(
          tokens.flatMap(({ head }, i) => (head === -1 ? [] : [[i, head]])).sort(),
        );
        expect(tokens[root ?? -1]?.head).toBe(-1);
      }),
    );
  });

  test('draws an arc above every arc that it spans, and never two over the same words at one height', () => {
    fc.assert(
      fc.property(tree, (tokens) => {
        const { arcs, levels } = layoutArcs(tokens, widthOf);
        for (const arc of arcs) {
          expect(arc.level).toBeLessThanOrEqual(levels);
          for (const other of arcs) {
            if (other === arc) continue;
            const [[a, b], [c, d]] = [span(arc), span(other)];
            if (a <= c && d <= b) expect(arc.level).toBeGreaterThan(other.level);
            if (arc.level === other.level) expect(b <= c || d <= a).toBe(true);
          }
        }
      }),
    );
  });

  test('puts the words side by side without overlap, within the width', () => {
    fc.assert(
      fc.property(tree, (tokens) => {
        const { words, width } = layoutArcs(tokens, widthOf);
        for (const [i, word] of words.entries()) {
          expect(word.left + word.width).toBeLessThan(words[i + 1]?.left ?? width);
        }
      }),
    );
  });

  test('leaves out arcs to heads that are not there', () => {
    expect(layoutArcs([{ text: 'a', head: 7, deprel: 'x' }], widthOf).arcs).toEqual([]);
    expect(layoutArcs([], widthOf).arcs).toEqual([]);
  });
});
