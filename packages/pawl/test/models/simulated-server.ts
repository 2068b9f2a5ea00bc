import type { FlowControl } from '../../src/models/flow/flow-control.ts';
import type { Overload } from '../../src/models/overload-error.ts';
import { seededRandom } from '../crash/random.ts';
import type { FakeClock } from '../engine/fake-clock.ts';

/** How a server behaves that exists on a fake clock only. */
export interface SimulatedServer {
  /** Milliseconds that a request takes which begins as the `concurrent`-th, per unit of work; 1 unit on average. */
  readonly serviceMs: (concurrent: number) => number;
  /** Requests it works on at once; others wait in its queue. */
  readonly slots?: number;
  /** Requests it holds at once; it refuses others. */
  readonly maxConcurrent?: number;
  /** Requests it accepts in a second, and at once after a rest. */
  readonly perSecond?: number;
  readonly burst?: number;
  readonly says?: Overload;
}

export interface Simulated {
  readonly answered: number;
  readonly refused: number;
  /** Answers in a second over the second half of the time. */
  readonly perSecond: number;
}

/** Sends requests without end through a flow control, from `lanes` lanes, for `ms` of simulated time. */
export async function simulate(
  flow: FlowControl,
  clock: FakeClock,
  server: SimulatedServer,
  { lanes, ms, seed }: { readonly lanes: number; readonly ms: number; readonly seed: number },
): Promise<Simulated> {
  const random = seededRandom(seed);
  const beganAtMs = clock.now();
  const { slots = Number.POSITIVE_INFINITY, maxConcurrent = Number.POSITIVE_INFINITY } = server;
  const queue: (() => void)[] = [];
  let [held, working, answered, refused, late, level, filledAtMs] = [0, 0, 0, 0, 0, server.burst ?? 0, clock.now()];
  let ending = false;

  const accepts = (): boolean => {
    if (held >= maxConcurrent) return false;
    if (server.perSecond === undefined) return true;
    const filled = level + ((clock.now() - filledAtMs) * server.perSecond) / 1_000;
    level = Math.min(server.burst ?? 1, filled);
    filledAtMs = clock.now();
    if (level < 1) return false;
    level -= 1;
    return true;
  };
  const serve = async (work: number): Promise<boolean> => {
    await clock.sleep(1);
    if (!accepts()) return false;
    held += 1;
    if (working >= slots) await new Promise<void>((resolve) => queue.push(resolve));
    working += 1;
    await clock.sleep(work * server.serviceMs(working));
    working -= 1;
    held -= 1;
    queue.shift()?.();
    return true;
  };
  const lane = async () => {
    while (!ending) {
      const flight = await flow.pass(1, new AbortController().signal);
      const work = 0.25 + 1.5 * random();
      const accepted = await serve(work);
      if (accepted) {
        answered += 1;
        if (clock.now() - beganAtMs > ms / 2) late += 1;
        flight.end({ kind: 'answered', work, tokens: null, allowances: [] });
      } else {
        refused += 1;
        flight.end({ kind: 'refused', overload: server.says ?? 'unsaid', retryAfterMs: undefined });
        await clock.sleep(100 + 400 * random());
      }
    }
  };
  for (let i = 0; i < lanes; i++) void lane();
  await clock.advance(ms);
  ending = true;
  return { answered, refused, perSecond: late / (ms / 2_000) };
}
