import { describe, expect, test } from 'vitest';
import { type StageCall, UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { FlowControlledModel } from '../../src/models/flow/flow-controlled-model.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../../src/models/language-model.ts';
import { OverloadError } from '../../src/models/overload-error.ts';
import { FakeClock } from '../engine/fake-clock.ts';

const request: ModelRequest = { system: '', user: 'Rain fell.', schema: {}, maxOutputTokens: 10 };
const answer: ModelAnswer = { text: '{', finish: 'length', inputTokens: 1, outputTokens: 10, cached: false };
const FLOW = { requestTimeoutMs: 60_000, requestsPerMinute: null, tokensPerMinute: null };
const never = new AbortController().signal;
const broken = () => new StageError('transient', 'provider_failed', 'HTTP 500: oops');
const busy = (retryAfterMs?: number) =>
  new OverloadError('too_many', 'HTTP 503: busy', retryAfterMs === undefined ? {} : { retryAfterMs });

/** A model that does one after the other what it is told, the last of it for ever. */
function setup(...script: (() => ModelAnswer)[]) {
  const clock = new FakeClock();
  const sentAtMs: number[] = [];
  const inner: LanguageModel = {
    provider: 'p',
    model: 'm',
    ask: async () => {
      sentAtMs.push(clock.now());
      return script[Math.min(sentAtMs.length, script.length) - 1]!();
    },
    probe: async () => undefined,
    close: async () => undefined,
  };
  const model = new FlowControlledModel(inner, FLOW, clock, false);
  const ask = (call: StageCall = UNATTENDED_CALL) => {
    const asked = model.ask(request, never, call);
    asked.catch(() => undefined);
    return asked;
  };
  return { clock, model, ask, sentAtMs };
}

function failing(error: () => Error) {
  return (): ModelAnswer => {
    throw error();
  };
}
const answering = () => answer;

describe('a request under flow control', () => {
  test('that is answered is never sent again, whatever the answer is worth', async () => {
    const { ask, sentAtMs } = setup(answering);
    expect(await ask()).toEqual(answer);
    expect(sentAtMs).toHaveLength(1);
  });

  test.each(['permanent', 'unavailable', 'postponed'] as const)(
    'that fails for its own sake, or the server with it, is not sent again (%s)',
    async (fault) => {
      const { ask, sentAtMs } = setup(failing(() => new StageError(fault, 'provider_rejected', 'no')));
      await expect(ask()).rejects.toMatchObject({ fault });
      expect(sentAtMs).toHaveLength(1);
    },
  );

  test('that got no answer is sent again a few times, with growing waits, and then fails', async () => {
    const { clock, ask, sentAtMs } = setup(failing(broken));
    const asked = ask();
    await clock.advance(120_000);
    await expect(asked).rejects.toMatchObject({ fault: 'transient', code: 'provider_failed' });
    const waits = sentAtMs.slice(1).map((atMs, i) => atMs - sentAtMs[i]!);
    expect(waits).toEqual([125, 250, 500, 1_000]); // the clock's chance is one half
  });

  test('that is refused for load is sent again for as long as the server answers others', async () => {
    const script = Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? answering : failing(() => busy(8_000))));
    const { clock, ask, sentAtMs } = setup(...script, answering);
    const asked = Array.from({ length: 5 }, () => ask());
    await clock.advance(300_000);
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 5 }, () => answer));
    expect(sentAtMs.length).toBeGreaterThan(12);
  });

  test('waits for as long as a refusal asks, and a little longer', async () => {
    const { clock, ask, sentAtMs } = setup(
      failing(() => busy(5_000)),
      answering,
    );
    const asked = ask();
    await clock.advance(10_000);
    await asked;
    expect(sentAtMs[1]).toBeGreaterThan(5_000);
    expect(sentAtMs[1]).toBeLessThan(6_000);
  });

  test('to a server that has refused everything for half a minute is the breaker’s affair, until a probe is answered', async () => {
    const { clock, model, ask, sentAtMs } = setup(failing(() => busy()));
    const asked = ask();
    await clock.advance(29_000);
    expect(sentAtMs.length).toBeGreaterThan(3);
    await clock.advance(31_000);
    await expect(asked).rejects.toMatchObject({ fault: 'unavailable', code: 'provider_unavailable' });
    const sent = sentAtMs.length;
    await expect(ask()).rejects.toMatchObject({ fault: 'unavailable' });
    expect(sentAtMs).toHaveLength(sent + 1);
    await model.probe(never);
    const patient = ask();
    await clock.advance(20_000);
    expect(sentAtMs.length).toBeGreaterThan(sent + 3);
    await clock.advance(60_000);
    await expect(patient).rejects.toMatchObject({ fault: 'unavailable' });
  });

  test('to a server that asks for more than half a minute of quiet is the breaker’s affair at once', async () => {
    const { ask } = setup(failing(() => busy(600_000)));
    await expect(ask()).rejects.toMatchObject({ fault: 'unavailable', retryAfterMs: 600_000 });
  });

  test('says of all its waits, and of no work, that no time-out shall count them', async () => {
    const { clock, ask } = setup(failing(broken), failing(broken), answering);
    let waitedMs = 0;
    const asked = ask({
      ...UNATTENDED_CALL,
      standStill: async (wait) => {
        const beganAtMs = clock.now();
        const value = await wait;
        waitedMs += clock.now() - beganAtMs;
        return value;
      },
    });
    await clock.advance(10_000);
    await asked;
    expect(waitedMs).toBe(125 + 250);
  });

  test('whose wait is called off leaves its turn to others', async () => {
    const { clock, ask, sentAtMs } = setup(answering);
    const calledOff: StageCall = {
      ...UNATTENDED_CALL,
      standStill: () => Promise.reject(new StageError('postponed', 'stage_failed', 'The run ends.')),
    };
    for (let i = 0; i < 50; i++) await expect(ask(calledOff)).rejects.toMatchObject({ fault: 'postponed' });
    const asked = ask();
    await clock.advance(10);
    expect(await asked).toEqual(answer);
    expect(sentAtMs).toHaveLength(1);
  });

  test('that takes too long is aborted, and sent again', async () => {
    let sent = 0;
    const aborted: unknown[] = [];
    const inner: LanguageModel = {
      provider: 'p',
      model: 'm',
      ask: (_, signal) => {
        if (++sent > 1) return Promise.resolve(answer);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.reason);
            reject(signal.reason);
          });
        });
      },
      probe: async () => undefined,
      close: async () => undefined,
    };
    const model = new FlowControlledModel(inner, { ...FLOW, requestTimeoutMs: 30 }, systemClock, false);
    expect(await model.ask(request, never, UNATTENDED_CALL)).toEqual(answer);
    expect(aborted).toMatchObject([{ fault: 'transient', code: 'timeout' }]);
  });
});
