import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import { Budget } from '../../src/engine/budget.ts';
import { DocumentAccount } from '../../src/engine/document-account.ts';
import { GuardedStages } from '../../src/engine/guarded-stages.ts';
import type { StageOutcome } from '../../src/engine/run-stage.ts';
import { runStageChain } from '../../src/engine/run-stage-chain.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { chainStages } from '../../src/pipeline/provider-chain.ts';
import type { Stage, StageInput } from '../../src/pipeline/stage.ts';
import { FakeClock } from './fake-clock.ts';

const input: StageInput = {
  document: { documentId: 'd1', text: 'Rain.', source: {} },
  batchId: 'b',
  entities: [],
  triplets: [],
  events: [],
};

type Behaviour = 'ok' | 'down' | ErrorCode;

/** Providers `a`, `b`, ... that behave as told, in one chain. */
function setup(...behaviours: Behaviour[]) {
  const clock = new FakeClock();
  const behaviour = new Map(behaviours.map((one, i) => [String.fromCharCode(97 + i), one]));
  const asked: string[] = [];
  const stages = [...behaviour.keys()].map(
    (provider): Stage => ({
      name: 'events',
      provider,
      model: `${provider}-1`,
      fingerprint: provider,
      description: provider,
      run: async () => {
        asked.push(provider);
        const now = behaviour.get(provider);
        if (now === 'ok') return { value: [] };
        if (now === 'down') throw new StageError('unavailable', 'provider_unavailable', 'down');
        throw new StageError('permanent', now ?? 'stage_failed', `${provider} says no.`);
      },
      probe: async () => {
        if (behaviour.get(provider) === 'down') throw new Error('down');
      },
    }),
  );
  const guarded = new GuardedStages(new Pipeline([chainStages(stages)]), clock, () => undefined);
  const never = new AbortController().signal;
  const budget = new Budget({
    limits: { maxCostNanos: null, maxTokens: null },
    spent: { tokens: 0, costNanos: 0, unpricedTokens: 0 },
    onReached: () => undefined,
  });
  const context = {
    limits: { retry: { maxAttempts: 2, baseDelayMs: 100, maxDelayMs: 1_000 }, stageTimeoutMs: 60_000 },
    signals: { drain: never, abort: never },
    clock,
    account: new DocumentAccount(budget, () => undefined),
  };
  let outcome: StageOutcome | 'running' = 'running';
  const done = runStageChain(guarded.all[0]!, input, 600_000, context).then((result) => {
    outcome = result;
    return result;
  });
  return { clock, asked, behaviour, guarded, done, outcome: () => outcome };
}

describe('a chain of providers', () => {
  test('is done by the first where that can', async () => {
    const { done, asked } = setup('ok', 'ok');
    const outcome = await done;
    expect(asked).toEqual(['a']);
    expect(outcome).toMatchObject({ kind: 'done', metadata: { provider: 'a', model: 'a-1' } });
    expect(outcome.kind === 'done' && 'passed_over' in outcome.metadata).toBe(false);
  });

  test.each([
    'context_too_long',
    'answer_filtered',
    'answer_refused',
    'answer_cut_off',
    'invalid_answer',
    'provider_rejected',
  ] as const)('passes a document on that fails with %s, and says who did it and who did not', async (code) => {
    const { done, asked } = setup(code, 'answer_refused', 'ok');
    expect(await done).toMatchObject({
      kind: 'done',
      metadata: {
        provider: 'c',
        model: 'c-1',
        passed_over: [
          { provider: 'a', model: 'a-1', code },
          { provider: 'b', model: 'b-1', code: 'answer_refused' },
        ],
      },
    });
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  test('fails a document that all of them fail, with the last reason and those before it', async () => {
    expect(await setup('answer_filtered', 'invalid_answer').done).toMatchObject({
      kind: 'failed',
      failure: { code: 'invalid_answer', message: 'b says no. Before it failed: a a-1 (answer_filtered).' },
    });
  });

  test('G4 waits for a provider that is down, and does not pass its documents on', async () => {
    const { clock, asked, behaviour, guarded, outcome, done } = setup('down', 'ok');
    await clock.advance(5_000);
    expect(outcome()).toBe('running');
    expect(asked).toEqual(['a']);
    expect(guarded.report()).toMatchObject([
      { provider: 'a, else b', state: 'suspended', waitingFor: 'a, else b: down' },
    ]);
    behaviour.set('a', 'ok');
    await clock.advance(120_000);
    expect(await done).toMatchObject({ kind: 'done', metadata: { provider: 'a' } });
  });

  test('G4 waits for the next provider where that is down, behind a circuit breaker of its own', async () => {
    const { clock, asked, behaviour, guarded, outcome, done } = setup('answer_refused', 'down');
    await clock.advance(5_000);
    expect(outcome()).toBe('running');
    expect(guarded.report()).toMatchObject([{ state: 'suspended', waitingFor: 'b: down' }]);
    expect(guarded.all[0]?.breaker.suspension).toBeNull();
    behaviour.set('b', 'ok');
    await clock.advance(120_000);
    expect(await done).toMatchObject({ kind: 'done', metadata: { provider: 'b' } });
    expect(asked.filter((provider) => provider === 'a')).toHaveLength(1);
    guarded.close();
  });
});

test('every provider of a chain decides what it gives', () => {
  const stage = (fingerprint: string): Stage => ({
    name: 'events',
    provider: 'p',
    model: null,
    fingerprint,
    description: fingerprint,
    run: async () => ({ value: [] }),
  });
  const of = (...names: string[]) => chainStages(names.map(stage)).fingerprint;
  expect(of('a')).toBe('a');
  expect(new Set([of('a'), of('a', 'b'), of('b', 'a'), of('a', 'b', 'c'), of('a', 'c')]).size).toBe(5);
});
