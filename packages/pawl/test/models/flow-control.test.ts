import { describe, expect, test } from 'vitest';
import { type FlightEnd, FlowControl } from '../../src/models/flow/flow-control.ts';
import type { FlowSettings } from '../../src/models/flow/flow-settings.ts';
import { seededRandom } from '../crash/random.ts';
import { FakeClock, settle } from '../engine/fake-clock.ts';
import { type SimulatedServer, simulate } from './simulated-server.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const UNLIMITED: FlowSettings = { requestTimeoutMs: 60_000, requestsPerMinute: null, tokensPerMinute: null };
const ANSWERED: FlightEnd = { kind: 'answered', work: 1, tokens: null, allowances: [] };
const never = new AbortController().signal;

function setup(settings: Partial<FlowSettings> = {}) {
  const clock = new FakeClock(0, seededRandom(SEED));
  return { clock, flow: new FlowControl({ ...UNLIMITED, ...settings }, clock) };
}

async function run(server: SimulatedServer, ms = 60_000) {
  const { clock, flow } = setup();
  const got = await simulate(flow, clock, server, { lanes: 128, ms, seed: SEED });
  return { ...got, concurrency: flow.concurrency, refusedPart: got.refused / (got.refused + got.answered) };
}

/** Passes the gate now, or says that it is closed. */
async function passNow(flow: FlowControl, tokens = 1) {
  const control = new AbortController();
  const passing = flow.pass(tokens, control.signal).catch(() => null);
  await settle();
  control.abort();
  return passing;
}

describe(`flow control (seed ${SEED})`, () => {
  test.each([10, 40])('finds out that a server works on %i requests at once and lets others queue', async (slots) => {
    const { perSecond, concurrency } = await run({ serviceMs: () => 500, slots });
    expect(perSecond).toBeGreaterThan(0.95 * 2 * slots);
    expect(concurrency).toBeLessThanOrEqual(2 * slots);
  });

  test.each([
    [10, 'too_many'],
    [40, 'too_many'],
    [40, 'unsaid'],
  ] as const)('keeps to the %i requests at once beyond which a server refuses (%s)', async (maxConcurrent, says) => {
    const { perSecond, refusedPart } = await run({ serviceMs: () => 500, maxConcurrent, says });
    expect(perSecond).toBeGreaterThan(0.95 * 2 * maxConcurrent);
    expect(refusedPart).toBeLessThan(0.02);
  });

  test.each(['too_fast', 'unsaid'] as const)('keeps to the rate beyond which a server refuses (%s)', async (says) => {
    const { perSecond, refusedPart } = await run({ serviceMs: () => 500, perSecond: 50, burst: 50, says });
    expect(perSecond).toBeGreaterThan(0.95 * 50);
    expect(refusedPart).toBeLessThan(0.02);
  });

  test('keeps to both limits of a server that does not say which it means', async () => {
    const { perSecond, refusedPart } = await run({ serviceMs: () => 500, maxConcurrent: 30, perSecond: 50, burst: 10 });
    expect(perSecond).toBeGreaterThan(0.95 * 50);
    expect(refusedPart).toBeLessThan(0.02);
  });

  test('gets most out of a server that never refuses but slows down, and does not choke it', async () => {
    // R(n) = 1 + (n/32)²: it does most with 32 at once, and less the more there are.
    const { perSecond, concurrency } = await run({ serviceMs: (n) => 500 * (1 + (n / 32) ** 2) }, 120_000);
    expect(perSecond).toBeGreaterThan(0.9 * 32);
    expect(concurrency).toBeLessThan(64);
  });

  test('gets most out of a server whose requests slow each other down until its slots are full', async () => {
    const { perSecond } = await run({ serviceMs: (n) => 500 * (1 + (2.5 * n) / 32), slots: 32 }, 120_000);
    expect(perSecond).toBeGreaterThan((0.85 * 32) / 1.75);
  });

  test('finds room again after a server has been tight for a while', async () => {
    const { clock, flow } = setup();
    await simulate(
      flow,
      clock,
      { serviceMs: () => 500, maxConcurrent: 4, says: 'too_many' },
      { lanes: 64, ms: 20_000, seed: SEED },
    );
    const later = await simulate(flow, clock, { serviceMs: () => 500 }, { lanes: 64, ms: 120_000, seed: SEED });
    expect(flow.concurrency).toBeGreaterThan(32);
    expect(later.refused).toBe(0);
  });

  test.each([SEED, 3])(
    'does not slow down for refusals that have nothing to do with how much it sends (seed %i)',
    async (seed) => {
      const { clock, flow } = setup();
      const random = seededRandom(seed);
      let answered = 0;
      let ending = false;
      const lane = async () => {
        while (!ending) {
          const flight = await flow.pass(1, never);
          await clock.sleep(100);
          if (random() < 0.1) flight.end({ kind: 'refused', overload: 'unsaid', retryAfterMs: undefined });
          else {
            flight.end(ANSWERED);
            answered += 1;
          }
        }
      };
      for (let i = 0; i < 16; i++) void lane();
      await clock.advance(60_000);
      ending = true;
      expect(answered).toBeGreaterThan(0.4 * 60 * 160 * 0.9);
    },
  );

  test('is quiet for as long as a refusal for the rate asks, and a little longer', async () => {
    const { clock, flow } = setup();
    (await flow.pass(1, never)).end({ kind: 'refused', overload: 'too_fast', retryAfterMs: 10_000 });
    await clock.advance(9_999);
    expect(await passNow(flow)).toBeNull();
    await clock.advance(1_001);
    expect(await passNow(flow)).not.toBeNull();
  });

  test('is quiet until a limit is renewed of which the headers say that nothing is left', async () => {
    const { clock, flow } = setup();
    (await flow.pass(1, never)).end({ ...ANSWERED, allowances: [{ of: 'tokens', remaining: 0, resetMs: 3_000 }] });
    expect(await passNow(flow)).toBeNull();
    await clock.advance(3_300);
    expect(await passNow(flow)).not.toBeNull();
  });

  test('keeps below the requests a minute that the user allows', async () => {
    const { clock, flow } = setup({ requestsPerMinute: 600 });
    const got = await simulate(flow, clock, { serviceMs: () => 100 }, { lanes: 64, ms: 60_000, seed: SEED });
    expect(got.answered).toBeGreaterThan(580);
    expect(got.answered).toBeLessThanOrEqual(610);
  });

  test('keeps below the tokens a minute that the user allows, by what requests turn out to take', async () => {
    const { clock, flow } = setup({ tokensPerMinute: 60_000 });
    let tokens = 0;
    const lane = async () => {
      for (;;) {
        const flight = await flow.pass(500, never);
        await clock.sleep(200);
        tokens += 1_000;
        flight.end({ ...ANSWERED, tokens: 1_000 });
      }
    };
    for (let i = 0; i < 8; i++) void lane();
    await clock.advance(60_000);
    expect(tokens).toBeGreaterThan(55_000);
    expect(tokens).toBeLessThan(66_000);
  });

  test('lets no aborted wait take a turn', async () => {
    const { flow } = setup({ requestsPerMinute: 60 });
    await flow.pass(1, never);
    const control = new AbortController();
    const reason = new Error('enough');
    const waiting = flow.pass(1, control.signal);
    control.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(flow.pass(1, control.signal)).rejects.toBe(reason);
  });
});
