import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Metrics } from './metrics.ts';

/** A checkpoint whose commits are measured; everything else is as it was. */
export function measuredCheckpoint(checkpoint: Checkpoint, metrics: Metrics): Checkpoint {
  const commit: Checkpoint['commit'] = async (run, records, author) => {
    const beganAtMs = performance.now();
    const counts = await checkpoint.commit(run, records, author);
    metrics.committed(records, (performance.now() - beganAtMs) / 1000);
    return counts;
  };
  return new Proxy(checkpoint, {
    get: (target, method) => (method === 'commit' ? commit : Reflect.get(target, method)),
  });
}
