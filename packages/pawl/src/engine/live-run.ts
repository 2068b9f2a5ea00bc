import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Run } from '../domain/batch.ts';
import { liveHolder } from './runner-liveness.ts';

/** The run that works on the batch now; null when nobody does. */
export async function liveRun(checkpoint: Checkpoint, nowMs: number): Promise<Run | null> {
  return liveHolder(await checkpoint.holder(), nowMs);
}
