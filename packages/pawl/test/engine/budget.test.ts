import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reservation } from '../../src/domain/stage-call.ts';
import type { Usage, UsageBound } from '../../src/domain/usage.ts';
import { Budget, type BudgetLimits } from '../../src/engine/budget.ts';
import { settle } from './fake-clock.ts';

const answer = (tokens: number, costNanos: number): Usage => ({
  provider: 'p',
  model: 'm',
  requests: 1,
  inputTokens: tokens,
  outputTokens: 0,
  costNanos,
  unpricedTokens: 0,
});

function setup(limits: Partial<BudgetLimits>, spent = { tokens: 0, costNanos: 0, unpricedTokens: 0 }) {
  const reached: string[] = [];
  const budget = new Budget({
    limits: { maxCostNanos: null, maxTokens: null, ...limits },
    spent,
    onReached: (message) => reached.push(message),
  });
  return { budget, reached };
}

/** What has become of a request for room so far. */
function watch(asked: Promise<Reservation>) {
  const state: { grant: Reservation | null; refusal: unknown } = { grant: null, refusal: null };
  asked.then(
    (grant) => {
      state.grant = grant;
    },
    (error: unknown) => {
      state.refusal = error;
    },
  );
  return state;
}

describe('the budget of a batch', () => {
  test('lets everything through where there is no limit', async () => {
    const { budget } = setup({});
    const grants = await Promise.all([1, 2, 3].map(() => budget.reserve({ tokens: 1e9, costNanos: null })));
    expect(grants).toHaveLength(3);
  });

  test('counts what is in flight: who does not fit waits until an answer frees what it did not need', async () => {
    const { budget, reached } = setup({ maxTokens: 100 });
    const first = await budget.reserve({ tokens: 80, costNanos: null });
    const second = watch(budget.reserve({ tokens: 80, costNanos: null }));
    await settle();
    expect(second.grant).toBeNull();
    first.settle(answer(20, 0));
    await settle();
    expect(second.grant).not.toBeNull();
    expect(reached).toEqual([]);
  });

  test('is reached when nothing in flight can make room, and says by how much', async () => {
    const { budget, reached } = setup({ maxTokens: 100 });
    const first = await budget.reserve({ tokens: 80, costNanos: null });
    const waiting = [1, 2].map(() => watch(budget.reserve({ tokens: 80, costNanos: null })));
    first.settle(answer(30, 0));
    await settle();
    for (const { refusal } of waiting) expect(refusal).toMatchObject({ fault: 'postponed', code: 'budget_reached' });
    expect(reached).toEqual(['30 of 100 tokens are used, and the next request may take 80']);
    await expect(budget.reserve({ tokens: 1, costNanos: null })).rejects.toMatchObject({ fault: 'postponed' });
  });

  test('counts what earlier runs spent, and takes a higher limit while requests wait', async () => {
    const { budget, reached } = setup({ maxCostNanos: 5e9 }, { tokens: 1, costNanos: 4e9, unpricedTokens: 0 });
    const first = await budget.reserve({ tokens: 1, costNanos: 1e9 });
    const second = watch(budget.reserve({ tokens: 1, costNanos: 1e9 }));
    await settle();
    expect(second.grant).toBeNull();
    budget.limit({ maxCostNanos: 6e9, maxTokens: null });
    await settle();
    expect(second.grant).not.toBeNull();
    first.settle(answer(1, 1e9));
    expect(reached).toEqual([]);
  });

  test('in dollars lets nothing through whose price is not known', async () => {
    const { budget, reached } = setup({ maxCostNanos: 5e9 });
    await expect(budget.reserve({ tokens: 1, costNanos: null })).rejects.toMatchObject({ code: 'budget_reached' });
    expect(reached[0]).toContain('price of the model is not known');
  });

  test('asked without waiting says no while something may make room, and is reached when nothing can', async () => {
    const { budget, reached } = setup({ maxTokens: 100 });
    const first = budget.reserveNow({ tokens: 80, costNanos: null });
    expect(budget.reserveNow({ tokens: 80, costNanos: null })).toBeNull();
    first?.settle(null);
    budget.pay(answer(30, 0));
    expect(reached).toEqual([]);
    expect(() => budget.reserveNow({ tokens: 80, costNanos: null })).toThrow('30 of 100 tokens are used');
    expect(reached).toHaveLength(1);
    expect(() => budget.reserveNow({ tokens: 1, costNanos: null })).toThrow('30 of 100 tokens are used');
  });

  test('frees what was set aside for a request that failed, and settles it once', async () => {
    const { budget } = setup({ maxTokens: 10 });
    const first = await budget.reserve({ tokens: 10, costNanos: null });
    first.settle(null);
    first.settle(answer(10, 0));
    expect(watch(budget.reserve({ tokens: 10, costNanos: null }))).toBeDefined();
    await settle();
  });

  test('is never crossed, whatever is asked in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), tokens: fc.nat(60), costNanos: fc.nat(60) }),
      fc.record({
        kind: fc.constant('settle' as const),
        which: fc.nat(20),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('fail' as const), which: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { budget } = setup({ maxTokens: 200, maxCostNanos: 200 });
        const open: { most: UsageBound & { costNanos: number }; grant: Reservation }[] = [];
        let [tokens, costNanos] = [0, 0];
        for (const now of steps) {
          if (now.kind === 'ask') {
            const most = { tokens: now.tokens, costNanos: now.costNanos };
            budget.reserve(most).then(
              (grant) => open.push({ most, grant }),
              () => undefined,
            );
          } else {
            const [taken] = open.splice(now.which % Math.max(1, open.length), 1);
            if (taken === undefined) continue;
            const share = now.kind === 'settle' ? now.share : 0;
            const used = answer(Math.floor(taken.most.tokens * share), Math.floor(taken.most.costNanos * share));
            taken.grant.settle(now.kind === 'settle' ? used : null);
            tokens += used.inputTokens;
            costNanos += used.costNanos;
          }
          await settle();
          const setAside = open.reduce((sum, { most }) => sum + most.tokens, 0);
          const costAside = open.reduce((sum, { most }) => sum + most.costNanos, 0);
          expect(tokens + setAside).toBeLessThanOrEqual(200);
          expect(costNanos + costAside).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 200 },
    );
  });
});
