import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Run, Runner } from '../domain/batch.ts';
import { isPawlError, PawlError } from '../domain/errors.ts';
import type { Clock } from './clock.ts';
import { endFrozenRunner, liveHolder } from './runner-liveness.ts';

/** A document during which the process died this often is set aside. */
const MAX_DEATHS = 3;
/** How long to wait for a run that was told to pause and saves what it has in flight. */
const MAX_HANDOVER_MS = 30_000;
const HANDOVER_POLL_MS = 50;

/**
 * Makes `runner` the one that works on the batch. A dead run, or one whose lease has run out, is taken over; a paused one is
 * waited for while it saves its last documents.
 * @throws {PawlError} `batch_is_running` naming who runs it; `refused_transition`
 */
export async function claimBatch(
  checkpoint: Checkpoint,
  runner: Runner,
  clock: Clock,
  by: string,
  interrupt: AbortSignal,
): Promise<Run> {
  const holder = await awaitHandover(checkpoint, clock, interrupt);
  const { batchId, status } = await checkpoint.batch();
  const live = liveHolder(holder, clock.now());
  if (live !== null) throw isRunning(batchId, live, status !== 'RUNNING');
  const author: Authorship = { atMs: clock.now(), by };
  const move = status === 'PAUSED' || status === 'FAILED' ? 'resume' : 'start';
  const start = () =>
    checkpoint.startRun(runner, { takeOver: holder?.run ?? null, move, maxDeaths: MAX_DEATHS }, author);
  return start().catch((error: unknown) => {
    // A run that was frozen while it saved keeps the checkpoint locked for as long as it exists.
    if (holder !== null && isPawlError(error, 'checkpoint_busy') && endFrozenRunner(holder)) return start();
    throw error;
  });
}

async function awaitHandover(checkpoint: Checkpoint, clock: Clock, interrupt: AbortSignal): Promise<Run | null> {
  const untilMs = clock.now() + MAX_HANDOVER_MS;
  for (;;) {
    const holder = await checkpoint.holder();
    const { status } = await checkpoint.batch();
    const isEnding = status === 'PAUSED' && liveHolder(holder, clock.now()) !== null;
    if (!isEnding || clock.now() >= untilMs) return holder;
    await clock.sleep(HANDOVER_POLL_MS, interrupt);
  }
}

function isRunning(batchId: string, { runner, startedAtMs }: Run, isEnding: boolean): PawlError {
  const since = new Date(startedAtMs).toISOString();
  const who = `process ${runner.pid} on ${runner.host} since ${since}`;
  return new PawlError(
    'batch_is_running',
    isEnding
      ? `Batch ${batchId} is paused, but ${who} still saves what it has in flight. Try again when it has ended.`
      : `Batch ${batchId} is being run by ${who}. Watch it with: pawl monitor ${batchId}`,
  );
}
