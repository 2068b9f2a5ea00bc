import { describe, expect, test } from 'vitest';
import { StageError, type StageFault } from '../../src/domain/stage-error.ts';
import { Budget } from '../../src/engine/budget.ts';
import { CircuitBreaker, DEFAULT_BREAKER_POLICY } from '../../src/engine/circuit-breaker.ts';
import { DocumentAccount } from '../../src/engine/document-account.ts';
import { runStage, type StageOutcome } from '../../src/engine/run-stage.ts';
import type { Stage, StageInput } from '../../src/pipeline/stage.ts';
import { FakeClock, settle } from './fake-clock.ts';

const input: StageInput = {
  document: { documentId: 'd1', text: 'Rain.', source: {} },
  batchId: 'b',
  entities: [],
  triplets: [],
  events: [],
};

type Answer = 'ok' | StageFault | 'hang' | 'throw' | 'wait';

function setup(answers: readonly Answer[], options: { probeUp?: boolean | null; stageTimeoutMs?: number } = {}) {
  const clock = new FakeClock();
  const provider = { up: options.probeUp ?? true, calls: 0, retries: 0 };
  const probe = async () => {
    if (!provider.up) throw new Error('down');
  };
  const stage: Stage = {
    name: 'entities',
    provider: 'test',
    model: null,
    fingerprint: 'test',
    description: 'test',
    run: (_, signal, call) => {
      const answer = answers[Math.min(provider.calls++, answers.length - 1)];
      if (answer === 'ok') return Promise.resolve({ value: [] });
      if (answer === 'wait') return call.standStill(new Promise<never>(() => undefined));
      if (answer === 'throw') throw new TypeError('stage is broken');
      if (answer === 'hang')
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return Promise.reject(new StageError(answer ?? 'permanent', 'provider_failed', `answer ${provider.calls}`));
    },
    ...(options.probeUp === null ? {} : { probe }),
  };
  const breaker = new CircuitBreaker({
    clock,
    policy: DEFAULT_BREAKER_POLICY,
    probe: stage.probe,
    onChange: () => undefined,
  });
  const drain = new AbortController();
  const abort = new AbortController();
  const limits = {
    retry: { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 1_000 },
    stageTimeoutMs: options.stageTimeoutMs ?? 1_000_000,
  };
  const signals = { drain: drain.signal, abort: abort.signal };
  let outcome: StageOutcome | 'running' = 'running';
  const onRetry = () => {
    provider.retries += 1;
  };
  const budget = new Budget({
    limits: { maxCostNanos: null, maxTokens: null },
    spent: { tokens: 0, costNanos: 0, unpricedTokens: 0 },
    onReached: () => undefined,
  });
  const account = new DocumentAccount(budget, () => undefined);
  const context = { limits, signals, clock, account };
  void runStage({ stage, breaker, onRetry }, input, 2_000_000, context).then((result) => {
    outcome = result;
  });
  return { clock, provider, breaker, drain, abort, outcome: () => outcome };
}

describe('a stage of one document', () => {
  test('that fails for the document’s own sake is not tried again', async () => {
    const { clock, provider, outcome } = setup(['permanent']);
    await clock.advance(10_000);
    expect(outcome()).toMatchObject({ kind: 'failed', attempts: 1, failure: { message: 'answer 1' } });
    expect(provider.calls).toBe(1);
  });

  test('that throws what it should not fails its document only', async () => {
    const { clock, outcome } = setup(['throw']);
    await clock.advance(0);
    expect(outcome()).toMatchObject({ kind: 'failed', failure: { code: 'stage_failed', message: 'stage is broken' } });
  });

  test('that fails for a while is tried again with backoff and counts its tries', async () => {
    const { clock, provider, outcome } = setup(['transient', 'transient', 'ok']);
    await clock.advance(0);
    expect(provider.calls).toBe(1);
    await clock.advance(10_000);
    expect(outcome()).toMatchObject({ kind: 'done', metadata: { attempts: 3 } });
    expect(provider.retries).toBe(2);
  });

  test('that fails every time while its provider works fails with the last reason', async () => {
    const { clock, outcome } = setup(['transient']);
    await clock.advance(60_000);
    expect(outcome()).toMatchObject({ kind: 'failed', attempts: 3, failure: { message: 'answer 3' } });
  });

  test('G4 waits, however long, while its provider is down, and is then done', async () => {
    const { clock, provider, outcome, breaker } = setup(['transient', 'transient', 'transient', 'ok'], {
      probeUp: false,
    });
    await clock.advance(24 * 3_600_000);
    expect(outcome()).toBe('running');
    expect(breaker.suspension).not.toBeNull();
    provider.up = true;
    await clock.advance(60_000);
    expect(outcome()).toMatchObject({ kind: 'done' });
  });

  test('G4 that finds its provider unavailable does not spend a try', async () => {
    const { clock, outcome } = setup(['unavailable', 'unavailable', 'unavailable', 'unavailable', 'ok']);
    await clock.advance(600_000);
    expect(outcome()).toMatchObject({ kind: 'done', metadata: { attempts: 5 } });
  });

  test('that takes down its provider again and again fails in the end', async () => {
    const { clock, provider, outcome } = setup(['unavailable']);
    await clock.advance(24 * 3_600_000);
    expect(outcome()).toMatchObject({ kind: 'failed' });
    expect(provider.calls).toBe(20);
  });

  test('without a probe fails in the end when nobody can say that the provider works', async () => {
    const { clock, outcome } = setup(['transient'], { probeUp: null });
    await clock.advance(24 * 3_600_000);
    expect(outcome()).toMatchObject({ kind: 'failed', attempts: 9 });
  });

  test('is given back when the run drains while it waits for its provider', async () => {
    const { clock, drain, outcome } = setup(['transient'], { probeUp: false });
    await clock.advance(60_000);
    drain.abort();
    await settle();
    expect(outcome()).toEqual({ kind: 'given_back' });
  });

  test('is given back when the run drains while it waits for its turn', async () => {
    const { clock, drain, outcome } = setup(['wait'], { stageTimeoutMs: 1_000 });
    await clock.advance(60_000);
    expect(outcome()).toBe('running');
    drain.abort();
    await settle();
    expect(outcome()).toEqual({ kind: 'given_back' });
  });

  test('is given back at once when the run is aborted during its call', async () => {
    const { abort, drain, provider, outcome } = setup(['hang']);
    await settle();
    expect(provider.calls).toBe(1);
    drain.abort();
    await settle();
    expect(outcome()).toBe('running');
    abort.abort();
    await settle();
    expect(outcome()).toEqual({ kind: 'given_back' });
  });

  test('that does its work here and takes too long fails at the first time-out', async () => {
    const { outcome } = setup(['hang'], { probeUp: null, stageTimeoutMs: 20 });
    await expect.poll(() => outcome()).toMatchObject({ kind: 'failed', attempts: 1, failure: { code: 'timeout' } });
  });
});
