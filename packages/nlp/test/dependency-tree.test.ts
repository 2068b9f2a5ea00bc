import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DrawnToken, layOutArcs, placeWords } from '../src/drawing/tree-layout.ts';
import { renderDependencyTree, type Upos } from '../src/index.ts';

/** Rows `form UPOS head deprel`, heads counted from 1. */
function tokens(rows: string): DrawnToken[] {
  return rows.split('\n').map((row) => {
    const [text = '', upos = 'X', head = '0', deprel = 'dep'] = row.trim().split(/\s+/);
    return { text, upos: upos as Upos, head: Number(head) - 1, deprel };
  });
}

const SENTENCE = tokens(`The DET 2 det
  dog NOUN 3 nsubj
  barked VERB 0 root
  loudly ADV 3 advmod`);

describe('the drawing of a tree', () => {
  const svg = renderDependencyTree({ tokens: SENTENCE });

  test('shows words, tags and labels, one arrow a word', () => {
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    expect(new Set(texts)).toEqual(
      new Set(['The', 'dog', 'barked', 'loudly', 'DET', 'NOUN', 'VERB', 'ADV', 'det', 'nsubj', 'root', 'advmod']),
    );
    expect(svg.match(/z"\/>/g)).toHaveLength(SENTENCE.length);
  });

  test('says in words what it shows', () => {
    expect(svg).toContain('<title>Dependency tree: The dog barked loudly</title>');
    expect(svg).toContain(
      '<desc>The: det of dog. dog: nsubj of barked. barked: root. loudly: advmod of barked.</desc>',
    );
    expect(svg).toContain('role="img"');
  });

  test('is well-formed whatever the words and labels are, and none of them becomes markup', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('<script>alert(1)</script>', '"/><img onerror=x>', '&amp;', ']]>', '\u0000', '\ud800'),
    );
    const token = fc.record({
      text: hostile,
      upos: fc.constantFrom<Upos>('NOUN', 'VERB'),
      head: fc.integer({ min: -2, max: 20 }),
      deprel: hostile,
    });
    fc.assert(
      fc.property(fc.array(token, { maxLength: 15 }), (any) => {
        const drawn = renderDependencyTree({ tokens: any });
        expect(drawn.isWellFormed()).toBe(true);
        const elements = new Set([...drawn.matchAll(/<\/?([^\s>/]*)/g)].map((match) => match[1]));
        expect([...elements].filter((name) => !['svg', 'title', 'desc', 'path', 'text'].includes(name ?? ''))).toEqual(
          [],
        );
        expect(drawn).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        // What XML may not hold.
        expect(drawn).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('laws of the layout', () => {
  const trees = fc
    .array(fc.record({ head: fc.integer({ min: -1, max: 29 }), width: fc.integer({ min: 5, max: 90 }) }), {
      maxLength: 30,
    })
    .map((words) => ({
      drawn: words.map(({ head }): DrawnToken => ({ text: 'w', upos: 'X', head, deprel: 'label' })),
      widths: words.map(({ width }) => width),
    }));

  test('an arc runs above every arc that it spans', () => {
    fc.assert(
      fc.property(trees, ({ drawn }) => {
        const spans = layOutArcs(drawn).map(({ head, dependent, level }) => ({
          from: Math.min(head, dependent),
          to: Math.max(head, dependent),
          level,
        }));
        for (const outer of spans) {
          for (const inner of spans) {
            const isInside =
              outer.from <= inner.from && inner.to <= outer.to && inner.to - inner.from < outer.to - outer.from;
            if (isInside) expect(outer.level).toBeGreaterThan(inner.level);
          }
        }
      }),
    );
  });

  test('words do not touch, and a label has room between the ends of its arc', () => {
    fc.assert(
      fc.property(trees, ({ drawn, widths }) => {
        const arcs = layOutArcs(drawn);
        const middles = placeWords(widths, arcs, () => 50, 10);
        for (let i = 1; i < middles.length; i++) {
          expect(middles[i]! - middles[i - 1]!).toBeGreaterThanOrEqual((widths[i]! + widths[i - 1]!) / 2 + 10);
        }
        for (const { head, dependent } of arcs) {
          expect(Math.abs(middles[head]! - middles[dependent]!)).toBeGreaterThanOrEqual(50);
        }
      }),
    );
  });
});
