import type { AcceptanceRecord, Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import { takesNoDocuments } from '../checkpoint/collection-state.ts';
import { SETTINGS } from '../config/setting.ts';
import { settingsChange } from '../config/settings-change.ts';
import type { Batch, BatchSettings, PipelineIdentity } from '../domain/batch.ts';
import { allowedBatchMoves } from '../domain/batch-status.ts';
import { isPawlError, PawlError } from '../domain/errors.ts';
import type { Clock } from '../engine/clock.ts';
import { liveHolder } from '../engine/runner-liveness.ts';
import { comparePipelines, describeDifference, stagesToRedo } from '../pipeline/compare-pipelines.ts';
import { type AcceptanceProgress, acceptInput } from './accept-input.ts';
import { defaultBatchId } from './default-batch-id.ts';
import { type OpenInput, openInput } from './open-input.ts';

/** How long another process that accepts the same input may show no progress. */
const OTHER_PATIENCE_MS = 10_000;
const OTHER_POLL_MS = 50;

export interface Submission {
  /** Default: made from the input's name. */
  readonly batchId?: string;
  /** A path, `-` for standard input, or what was opened already: it is closed at the end. */
  readonly input: string | OpenInput;
  /** For a new batch; what a known one takes of them is said by `settingsChoice`, and by `pipelineChoice` for its stages. */
  readonly settings: BatchSettings;
  /** Whether a known batch keeps its settings or takes the given ones; default `keep`. */
  readonly settingsChoice?: 'keep' | 'change';
  readonly pipeline: PipelineIdentity;
  /** What to do when the batch was made with another pipeline; null refuses. */
  readonly pipelineChoice: 'keep' | 'replace' | null;
  /** Whether known documents with other content are done again. */
  readonly reprocessChanged: boolean;
  readonly by: string;
  readonly clock: Clock;
  /** Gives a new UUID. */
  readonly newJobId: () => string;
  readonly onProgress?: (progress: AcceptanceProgress) => void;
}

export interface SubmittedBatch {
  /** Open; the caller closes it. */
  readonly checkpoint: Checkpoint;
  readonly batch: Batch;
  readonly created: boolean;
  /** Null when the very same input had been accepted whole before and was not read again. */
  readonly acceptance: AcceptanceRecord | null;
}

/** What submitting needs of a store. */
export type SubmissionStore = Pick<CheckpointStore, 'create' | 'open' | 'exists' | 'use'>;

/**
 * Accepts an input into a batch, new or known. When it returns, the input may be deleted (G8).
 * @throws {PawlError} `missing_file`, `invalid_batch_id`, `is_collection` with nothing changed; `refused_transition` for a stopped batch;
 *   `pipeline_differs`; `batch_is_running` when a pipeline would be replaced under a runner; `input_unreadable`, with what
 *   could be read kept, or with nothing changed when that is nothing; `input_taken_over` when another process began later to
 *   accept another version of the input, or died over it
 */
export async function submitBatch(store: SubmissionStore, submission: Submission): Promise<SubmittedBatch> {
  const batchId = submission.batchId ?? defaultBatchId(nameOf(submission.input));
  const known = await store.exists(batchId);
  const input = typeof submission.input === 'string' ? await openInput(submission.input) : submission.input;
  try {
    const checkpoint = known ? await store.open(batchId) : await create(store, batchId, submission);
    try {
      if (known) await preparePipeline(checkpoint, submission);
      const readsAnew = known && (await takeSettings(checkpoint, submission));
      const acceptance = await accept(checkpoint, input, submission, readsAnew);
      await store.use(batchId);
      return { checkpoint, batch: await checkpoint.batch(), created: !known, acceptance };
    } catch (error) {
      await checkpoint.close();
      throw error;
    }
  } finally {
    await input.close();
  }
}

function nameOf(input: string | OpenInput): string {
  return typeof input === 'string' ? input : input.source.name;
}

async function create(store: SubmissionStore, batchId: string, submission: Submission): Promise<Checkpoint> {
  const { settings, pipeline, newJobId } = submission;
  try {
    return await store.create({ batchId, jobId: newJobId(), pipeline, settings }, authorOf(submission));
  } catch (error) {
    if (!isPawlError(error, 'batch_exists')) throw error;
    return store.open(batchId); // somebody else has made it this moment
  }
}

async function preparePipeline(checkpoint: Checkpoint, submission: Submission): Promise<void> {
  const batch = await checkpoint.batch();
  if (batch.isCollection) throw takesNoDocuments(batch.batchId);
  if (!allowedBatchMoves(batch.status).includes('add')) throw stopped(batch);
  const differences = comparePipelines(batch.pipeline, submission.pipeline);
  if (differences.length === 0 || submission.pipelineChoice === 'keep') return;
  if (submission.pipelineChoice === null) {
    const said = differences.map(describeDifference).join('; ');
    throw new PawlError(
      'pipeline_differs',
      `Batch ${batch.batchId} was made with another pipeline (${said}). ` +
        'Say --pipeline keep to go on with the old one, or --pipeline replace to do the stages that differ again.',
    );
  }
  if (liveHolder(await checkpoint.holder(), submission.clock.now()) !== null) {
    throw new PawlError(
      'batch_is_running',
      `Batch ${batch.batchId} is being run; pause it before its pipeline is replaced.`,
    );
  }
  const redo = stagesToRedo(batch.pipeline, submission.pipeline);
  const settings = { ...batch.settings, stages: submission.settings.stages };
  await checkpoint.replacePipeline(submission.pipeline, settings, redo, authorOf(submission));
}

/** Gives a known batch the settings. @returns whether the same input may now be read otherwise than before */
async function takeSettings(checkpoint: Checkpoint, submission: Submission): Promise<boolean> {
  if (submission.settingsChoice !== 'change') return false;
  const { settings: before } = await checkpoint.batch();
  const settings = { ...submission.settings, stages: before.stages };
  const change = settingsChange(before, settings);
  if (Object.keys(change).length === 0) return false;
  await checkpoint.updateSettings(settings, change, authorOf(submission));
  return SETTINGS.some(({ key, takesEffect }) => takesEffect === 'next-input' && Object.hasOwn(change, key));
}

function stopped({ batchId, status }: Batch): PawlError {
  return new PawlError(
    'refused_transition',
    `Batch ${batchId} is ${status}, which is final. ` +
      `Submit the input as another batch with --batch ID, or remove this one with: pawl delete ${batchId}`,
  );
}

async function accept(
  checkpoint: Checkpoint,
  input: OpenInput,
  submission: Submission,
  readsAnew: boolean,
): Promise<AcceptanceRecord | null> {
  if (!submission.reprocessChanged && !readsAnew && (await wasAccepted(checkpoint, input))) return null;
  const { settings } = await checkpoint.batch();
  try {
    return await acceptInput(checkpoint, input, settings, {
      reprocessChanged: submission.reprocessChanged,
      author: () => authorOf(submission),
      ...(submission.onProgress === undefined ? {} : { onProgress: submission.onProgress }),
    });
  } catch (error) {
    if (!isPawlError(error, 'input_taken_over')) throw error;
    return awaitOther(checkpoint, input, submission.clock, error);
  }
}

/**
 * Waits for the process that accepts the very same input since a later moment.
 * @throws {PawlError} `input_taken_over` when that is another version of the input, or the process does nothing any more
 */
async function awaitOther(
  checkpoint: Checkpoint,
  { source }: OpenInput,
  clock: Clock,
  takenOver: PawlError,
): Promise<AcceptanceRecord> {
  let seen = '';
  for (let quietSinceMs = clock.now(); clock.now() - quietSinceMs < OTHER_PATIENCE_MS; ) {
    const other = (await checkpoint.acceptances()).findLast((one) => one.source.name === source.name);
    if (other === undefined || other.source.fingerprint !== source.fingerprint) break;
    if (other.endedAtMs !== null) return other;
    const progress = JSON.stringify(other);
    if (progress !== seen) quietSinceMs = clock.now();
    seen = progress;
    await clock.sleep(OTHER_POLL_MS);
  }
  throw takenOver;
}

/** Whether the last acceptance of an input of this name was of this very input, to its end. */
async function wasAccepted(checkpoint: Checkpoint, { source }: OpenInput): Promise<boolean> {
  if (source.fingerprint === null) return false;
  const acceptances = await checkpoint.acceptances();
  const last = acceptances.findLast((one) => one.source.name === source.name);
  return last !== undefined && last.endedAtMs !== null && last.source.fingerprint === source.fingerprint;
}

function authorOf({ by, clock }: Submission): Authorship {
  return { atMs: clock.now(), by };
}
