import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { PawlError } from '../domain/errors.ts';
import { systemClock } from '../engine/system-clock.ts';
import { comparePipelines, describeDifference, stagesToRedo } from '../pipeline/compare-pipelines.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';

/**
 * Makes sure that the user knows when a batch would go on with another pipeline than it was made with, which is what an
 * update of pawl can bring about.
 * @throws {PawlError} `pipeline_differs` when there is no choice
 */
export async function settlePipeline(
  checkpoint: Checkpoint,
  choice: 'keep' | 'replace' | undefined,
  by: string,
): Promise<void> {
  const batch = await checkpoint.batch();
  const { identity } = createPipeline(batch.settings);
  const differences = comparePipelines(batch.pipeline, identity);
  if (differences.length === 0 || choice === 'keep') return;
  if (choice === undefined) {
    const said = differences.map(describeDifference).join('; ');
    throw new PawlError(
      'pipeline_differs',
      `Batch ${batch.batchId} was made with another pipeline (${said}). Say --pipeline keep to keep its results and go on with ` +
        'the present one, or --pipeline replace to do the stages that differ again.',
    );
  }
  const redo = stagesToRedo(batch.pipeline, identity);
  await checkpoint.replacePipeline(identity, batch.settings, redo, { atMs: systemClock.now(), by });
}
