import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Run } from '../domain/batch.ts';
import { holdsBatch } from './runner-liveness.ts';

/** The run that works on the batch now; null when nobody does. */
export async function liveRun(checkpoint: Checkpoint, nowMs: number): Promise<Run | null> {
  const holder = await checkpoint.holder();
  return holder !== null && holdsBatch(holder, nowMs) ? holder : null;
}
