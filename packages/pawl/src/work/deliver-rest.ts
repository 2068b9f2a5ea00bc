import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { createSinks } from '../composition.ts';
import { Delivery } from '../delivery/delivery.ts';
import { systemClock } from '../engine/system-clock.ts';
import type { BatchAtHand } from './batch-at-hand.ts';

/** How long a sink may make no progress before what it lacks is left to the next command. */
const PATIENCE_MS = 10_000;

/**
 * Brings the sinks of a completed batch up to date: a run may have ended while a sink failed, and a result file that was
 * deleted is written anew. The batch must have no runner.
 * @returns whether there was anything to deliver
 */
export async function deliverRest({ checkpoint, folder }: BatchAtHand): Promise<'delivered' | 'nothing'> {
  const before = await cursors(checkpoint);
  const { settings } = await checkpoint.batch();
  const deliveries = createSinks(settings, folder).map(
    (sink) => new Delivery({ checkpoint, sink, clock: systemClock, run: null }),
  );
  try {
    await Promise.all(deliveries.map((delivery) => drainWhileMoving(delivery, checkpoint)));
  } finally {
    await Promise.all(deliveries.map((delivery) => delivery.close()));
  }
  return (await cursors(checkpoint)) === before ? 'nothing' : 'delivered';
}

/** How far the sinks are, as text to compare. */
async function cursors(checkpoint: Checkpoint): Promise<string> {
  return JSON.stringify(
    (await checkpoint.sinks()).map(({ name, delivered, settlement, position }) => [
      name,
      delivered,
      settlement,
      position,
    ]),
  );
}

async function drainWhileMoving(delivery: Delivery, checkpoint: Checkpoint): Promise<void> {
  for (let before = await deliveredBy(checkpoint); ; ) {
    if ((await delivery.drain(AbortSignal.timeout(PATIENCE_MS))) === 'delivered') return;
    const delivered = await deliveredBy(checkpoint);
    if (delivered === before) return;
    before = delivered;
  }
}

async function deliveredBy(checkpoint: Checkpoint): Promise<number> {
  return (await checkpoint.sinks()).reduce((sum, sink) => sum + sink.delivered, 0);
}
