import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { takesNoDocuments } from '../checkpoint/collection-state.ts';
import { answersFor, createSinks, openStore } from '../composition.ts';
import { DEFAULT_SETTINGS } from '../config/default-settings.ts';
import type { Sink } from '../delivery/sink.ts';
import type { BatchSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { systemClock } from '../engine/system-clock.ts';
import type { AnswerCache } from '../models/answers/answer-cache.ts';
import { comparePipelines, describeDifference } from '../pipeline/compare-pipelines.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Stage } from '../pipeline/stage.ts';
import { createLinkingModels } from '../storylines/linking-models.ts';
import { BatchHandle } from './batch-handle.ts';

export interface OpenBatchOptions {
  readonly batchId: string;
  /** Default: `./pawl-data`. */
  readonly data?: string;
  /** Default: the built-in entities, dependencies and events. */
  readonly stages?: readonly Stage[];
  /** Default: `documents.jsonl` in the batch's folder. */
  readonly sinks?: readonly Sink[];
  /** For a new batch; a known one keeps its own. Default: {@link DEFAULT_SETTINGS}. */
  readonly settings?: Partial<BatchSettings>;
}

/**
 * Opens a batch, or makes it when there is none of that id.
 * @throws {PawlError} `invalid_batch_id`; `is_collection`; `pipeline_differs` when the batch was made with other stages; what opening a
 *   checkpoint throws
 */
export async function openBatch(options: OpenBatchOptions): Promise<BatchHandle> {
  const { batchId, data = './pawl-data' } = options;
  const store = openStore(data);
  const wanted = { ...DEFAULT_SETTINGS, ...options.settings };
  const by = `${userInfo().username} (library)`;
  if (!(await store.exists(batchId))) {
    const { identity } = pipelineOf(options, wanted, null, null);
    const batch = { batchId, jobId: randomUUID(), pipeline: identity, settings: wanted };
    await (await store.create(batch, { atMs: systemClock.now(), by })).close();
  }
  const checkpoint = await store.openThreaded(batchId);
  const batch = await checkpoint.batch();
  if (batch.isCollection) {
    await checkpoint.close();
    throw takesNoDocuments(batchId);
  }
  const { settings } = batch;
  const folder = store.folderOf(batchId);
  const answers = answersFor(settings, data);
  const pipeline = pipelineOf(options, settings, answers, folder);
  const differences = comparePipelines(batch.pipeline, pipeline.identity);
  if (differences.length > 0) {
    await checkpoint.close();
    const said = differences.map(describeDifference).join('; ');
    throw new PawlError(
      'pipeline_differs',
      `Batch ${batchId} was made with other stages (${said}); choose another id.`,
    );
  }
  const sinks = options.sinks ?? createSinks(settings, folder);
  const linkingModels = createLinkingModels(settings, process.env, answers);
  return new BatchHandle({ checkpoint, settings, pipeline, linkingModels, sinks, folder, by });
}

function pipelineOf(
  { stages }: OpenBatchOptions,
  settings: BatchSettings,
  answers: AnswerCache | null,
  folder: string | null,
): Pipeline {
  return stages === undefined ? createPipeline(settings, process.env, answers, null, folder) : new Pipeline(stages);
}
