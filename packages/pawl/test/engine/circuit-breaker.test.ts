import { describe, expect, test } from 'vitest';
import { CircuitBreaker, DEFAULT_BREAKER_POLICY, type Suspension } from '../../src/engine/circuit-breaker.ts';
import { FakeClock, settle } from './fake-clock.ts';

function setup(options: { probe: boolean }) {
  const clock = new FakeClock();
  const provider = { up: true, probes: 0 };
  const changes: (Suspension | null)[] = [];
  const breaker = new CircuitBreaker({
    clock,
    policy: { ...DEFAULT_BREAKER_POLICY, suspectAfter: 3, baseDelayMs: 1_000, maxDelayMs: 8_000 },
    probe: options.probe
      ? async () => {
          provider.probes += 1;
          if (!provider.up) throw new Error('still down');
        }
      : undefined,
    onChange: (suspension) => changes.push(suspension),
  });
  const passed: string[] = [];
  const call = (name: string, signal = new AbortController().signal) =>
    breaker.pass(signal).then(
      () => passed.push(name),
      () => passed.push(`${name} gave up`),
    );
  return { clock, provider, changes, breaker, passed, call };
}

describe('G4 a circuit breaker', () => {
  test('lets calls pass while the provider answers', async () => {
    const { breaker, passed, call } = setup({ probe: true });
    await call('a');
    breaker.answered();
    await call('b');
    expect(passed).toEqual(['a', 'b']);
    expect(breaker.suspension).toBeNull();
  });

  test('holds calls while the provider is down and lets all go on when its probe is answered', async () => {
    const { clock, provider, breaker, passed, call } = setup({ probe: true });
    provider.up = false;
    breaker.unavailable('connection refused');
    void call('a');
    void call('b');
    await clock.advance(60_000);
    expect(passed).toEqual([]);
    expect(provider.probes).toBeGreaterThan(3);
    expect(breaker.suspension).toMatchObject({ reason: 'connection refused', sinceMs: 0 });
    provider.up = true;
    await clock.advance(8_000);
    expect(passed).toEqual(['a', 'b']);
    expect(breaker.suspension).toBeNull();
  });

  test('probes with growing waits, up to the longest one', async () => {
    const { clock, provider, breaker } = setup({ probe: true });
    provider.up = false;
    breaker.unavailable('down');
    await clock.advance(10_000);
    const early = provider.probes;
    await clock.advance(10_000);
    expect(provider.probes - early).toBeLessThan(early);
    expect(provider.probes - early).toBeGreaterThanOrEqual(1);
  });

  test('waits at least as long as the provider asks for', async () => {
    const { clock, provider, breaker } = setup({ probe: true });
    breaker.unavailable('too many requests', 30_000);
    await clock.advance(29_999);
    expect(provider.probes).toBe(0);
    await clock.advance(2_000);
    expect(provider.probes).toBe(1);
  });

  test('asks the provider itself when several calls in a row fail for reasons unknown', async () => {
    const { clock, provider, breaker } = setup({ probe: true });
    for (let i = 0; i < 3; i++) breaker.failed('HTTP 500');
    await clock.advance(0);
    expect(provider.probes).toBe(1);
    expect(breaker.suspension).toBeNull();
  });

  test('judges a call that used up its tries by whether the provider works', async () => {
    const { provider, breaker } = setup({ probe: true });
    const signal = new AbortController().signal;
    expect(await breaker.judge(0, 'HTTP 500', signal)).toBe('alive');
    const other = setup({ probe: true });
    other.provider.up = false;
    expect(await other.breaker.judge(0, 'HTTP 500', signal)).toBe('suspended');
    expect(provider.probes).toBe(1);
  });

  test('without a probe sends one waiting call ahead as a trial', async () => {
    const { clock, breaker, passed, call } = setup({ probe: false });
    breaker.unavailable('down');
    void call('a');
    void call('b');
    await clock.advance(1_000);
    expect(passed).toEqual(['a']);
    breaker.unavailable('down');
    await clock.advance(4_000);
    expect(passed).toEqual(['a', 'b']);
    breaker.answered();
    await call('c');
    expect(passed).toEqual(['a', 'b', 'c']);
  });

  test('releases a waiting call that is aborted and no other', async () => {
    const { clock, provider, breaker, passed, call } = setup({ probe: true });
    provider.up = false;
    breaker.unavailable('down');
    const giveUp = new AbortController();
    void call('a', giveUp.signal);
    void call('b');
    giveUp.abort();
    await settle();
    expect(passed).toEqual(['a gave up']);
    provider.up = true;
    await clock.advance(8_000);
    expect(passed).toEqual(['a gave up', 'b']);
  });

  test('says what is waited for, and when that is over', async () => {
    const { clock, changes, breaker } = setup({ probe: true });
    breaker.unavailable('down');
    await clock.advance(2_000);
    expect(changes[0]).toMatchObject({ reason: 'down', nextProbeAtMs: expect.any(Number) });
    expect(changes.at(-1)).toBeNull();
  });

  test('stops probing when it is closed', async () => {
    const { clock, provider, breaker } = setup({ probe: true });
    provider.up = false;
    breaker.unavailable('down');
    breaker.close();
    await clock.advance(60_000);
    expect(provider.probes).toBe(0);
    expect(clock.sleeping).toBe(0);
  });
});
