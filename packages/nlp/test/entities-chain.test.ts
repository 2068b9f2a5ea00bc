import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeTags,
  encodeSpans,
  mayEnd,
  mayFollow,
  mayStart,
  NAME_TYPES,
  TAG_COUNT,
} from '../src/entities/names/biluo.ts';
import { bestTags, type ChainScores, chainMarginals } from '../src/entities/names/tag-scorer.ts';

/** All well-formed tag sequences of a length. */
function sequences(length: number): number[][] {
  let partial: number[][] = [[]];
  for (let i = 0; i < length; i++) {
    partial = partial.flatMap((tags) =>
      Array.from({ length: TAG_COUNT }, (_, tag) => tag)
        .filter((tag) => (i === 0 ? mayStart(tag) : mayFollow(tags.at(-1)!, tag)))
        .map((tag) => [...tags, tag]),
    );
  }
  return partial.filter((tags) => mayEnd(tags.at(-1)!));
}

function scoreOf({ scores, transitions }: ChainScores, tags: readonly number[]): number {
  return tags.reduce(
    (sum, tag, i) => sum + scores[i * TAG_COUNT + tag]! + (i === 0 ? 0 : transitions[tags[i - 1]! * TAG_COUNT + tag]!),
    0,
  );
}

const scoresOf = (size: number) => fc.float64Array({ minLength: size, maxLength: size, min: -5, max: 5, noNaN: true });
const chains = fc.integer({ min: 1, max: 3 }).chain((tokenCount) =>
  fc.record({
    tokenCount: fc.constant(tokenCount),
    scores: scoresOf(tokenCount * TAG_COUNT),
    transitions: scoresOf(TAG_COUNT * TAG_COUNT),
  }),
);

describe('linear chain', () => {
  test('the best tags are those an exhaustive search finds', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const best = Math.max(...sequences(chain.tokenCount).map((tags) => scoreOf(chain, tags)));
        expect(scoreOf(chain, [...bestTags(chain)])).toBeCloseTo(best, 9);
      }),
      { numRuns: 30 },
    );
  });

  test('marginals are those of summing over all sequences', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const weighted = sequences(chain.tokenCount).map((tags) => ({ tags, weight: Math.exp(scoreOf(chain, tags)) }));
        const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
        const { logPartition, unary } = chainMarginals(chain);
        expect(logPartition).toBeCloseTo(Math.log(total), 8);
        for (let tag = 0; tag < TAG_COUNT; tag++) {
          const expected = weighted.filter(({ tags }) => tags[0] === tag).reduce((sum, { weight }) => sum + weight, 0);
          expect(unary[tag]!).toBeCloseTo(expected / total, 8);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('spans survive encoding and decoding', () => {
  const lengths = fc.array(
    fc.record({ gap: fc.nat(3), size: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom(...NAME_TYPES) }),
  );
  fc.assert(
    fc.property(lengths, (parts) => {
      let at = 0;
      const spans = parts.map(({ gap, size, type }) => {
        const first = at + gap;
        at = first + size;
        return { first, last: at - 1, type };
      });
      expect(decodeTags(encodeSpans(at, spans))).toEqual(spans);
    }),
  );
});
