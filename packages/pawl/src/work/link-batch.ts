import { answersFor, dataFolderOf } from '../composition.ts';
import type { Run } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { totalOf, type Usage } from '../domain/usage.ts';
import { Budget } from '../engine/budget.ts';
import { linkingCall } from '../engine/linking-call.ts';
import { systemClock } from '../engine/system-clock.ts';
import { Linking } from '../storylines/linking.ts';
import { closeLinkingModels, createLinkingModels } from '../storylines/linking-models.ts';
import type { BatchAtHand } from './batch-at-hand.ts';
import { deliverRest } from './deliver-rest.ts';
import { writeReceiptOf } from './write-receipt-of.ts';

/**
 * Links a batch that nobody works on, without touching its documents, gives its sinks the storylines, and writes its receipt
 * again if it is complete.
 * @param weights JSON of weights to link with from now on, `builtin` for those that come with pawl, null for those used before
 * @param onUsage told what each answer of a model took
 * @throws {PawlError} `batch_is_running`; what linking and writing throw
 */
export async function linkBatch(
  batch: BatchAtHand,
  {
    weights,
    by,
    signal,
    onUsage,
  }: {
    readonly weights: string | null;
    readonly by: string;
    readonly signal: AbortSignal;
    readonly onUsage?: (usage: Usage) => void;
  },
): Promise<void> {
  const { checkpoint, folder } = batch;
  const holder = await checkpoint.holder();
  if (holder !== null) throw isHeld((await checkpoint.batch()).batchId, holder);
  const { settings, usage } = await checkpoint.batch();
  const { workerMemoryMb: memoryMb } = settings;
  const models = createLinkingModels(
    { ...settings, link: true },
    process.env,
    answersFor(settings, dataFolderOf(folder)),
  );
  const budget = new Budget({ limits: settings, spent: totalOf(usage), onReached: () => undefined });
  const records: Promise<void>[] = [];
  const call = linkingCall(budget, (used) => {
    records.push(checkpoint.addLinkingUsage(null, used));
    onUsage?.(used);
  });
  const linking = new Linking({
    checkpoint,
    folder,
    clock: systemClock,
    by,
    run: null,
    weights,
    memoryMb,
    models,
    call,
  });
  try {
    await linking.settle(signal);
  } finally {
    await linking.close();
    await closeLinkingModels(models);
    await Promise.all(records);
  }
  await deliverRest(batch);
  if ((await checkpoint.batch()).status === 'COMPLETED') await writeReceiptOf(batch);
}

function isHeld(batchId: string, { run, runner }: Run): PawlError {
  return new PawlError(
    'batch_is_running',
    `Run ${run} (process ${runner.pid} on ${runner.host}) holds batch ${batchId} and links it. If it died, go on with: pawl resume ${batchId}`,
  );
}
