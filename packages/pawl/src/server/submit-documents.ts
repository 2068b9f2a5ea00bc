import { createHash, randomUUID } from 'node:crypto';
import type { AcceptanceTally } from '../checkpoint/checkpoint.ts';
import { createSinks } from '../composition.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { SETTINGS } from '../config/setting.ts';
import { settingTexts } from '../config/settings-file.ts';
import type { BatchSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { openStream } from '../intake/open-input.ts';
import { type SubmissionStore, submitBatch } from '../intake/submit-batch.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { createLinkingModels } from '../storylines/linking-models.ts';
import type { Submission } from './api/submission.ts';
import type { Served } from './served.ts';

/** The input name of what comes by the interface. */
const SOURCE_NAME = 'api';

/** What a request may set: nothing that names a file, a command or an address, and nothing that takes memory. */
const SETTABLE: ReadonlySet<string> = new Set([
  'concurrency',
  'entities',
  'dependencies',
  'events',
  'time-limit',
  'between',
  'max-failures',
  'max-cost',
  'max-tokens',
  'chunk-tokens',
  'max-output-tokens',
  'stage-timeout',
  'document-timeout',
  'max-attempts',
  'field',
  'link',
]);
const STAGES: ReadonlySet<string> = new Set(['entities', 'dependencies', 'events']);
/** Providers whose place is known: those by address or file are for whoever starts the server to name. */
const KNOWN_PROVIDERS = /^(builtin|(openai|anthropic|google|mistral):[\w.:-]+(\/[\w.:-]+)*)$/;

export interface SubmittedDocuments {
  readonly batchId: string;
  /** JSON lines. */
  readonly lines: AsyncIterable<Uint8Array>;
  /** Input name that tells a keyed request from others; default `api`. */
  readonly sourceName?: string;
  /** Who brings them, for the history. */
  readonly by: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly reprocessChanged: boolean;
  readonly pipelineChoice: 'keep' | 'replace' | null;
}

/**
 * Saves documents into a batch, new or known, and has them worked on. When it returns they are durable (G8).
 * @throws {PawlError} what {@link submitBatch} throws; `invalid_setting`
 */
export async function submitDocuments(served: Served, submitted: SubmittedDocuments): Promise<Submission> {
  const { batches, clock, workshop, live } = served;
  const { batchId, options, by } = submitted;
  const settings = await settingsFor(served, batchId, options);
  const pipeline = createPipeline(settings);
  createLinkingModels(settings, process.env, null); // says now whether it can
  createSinks(settings, batches.store.folderOf(batchId)); // the same
  try {
    const { checkpoint, batch, acceptance } = await submitBatch(threaded(served), {
      batchId,
      input: await openStream(submitted.lines, submitted.sourceName ?? SOURCE_NAME),
      settings,
      settingsChoice: Object.keys(options).length > 0 ? 'change' : 'keep',
      pipeline: pipeline.identity,
      pipelineChoice: submitted.pipelineChoice,
      reprocessChanged: submitted.reprocessChanged,
      by,
      clock,
      newJobId: randomUUID,
    });
    await checkpoint.close();
    workshop?.wake();
    live.hurry(batchId);
    if (acceptance === null) throw new Error('a stream is always read');
    return answer(batch.jobId, batchId, acceptance.tally);
  } finally {
    await pipeline.close();
  }
}

/** The answer to a submission of that outcome. */
export function answer(jobId: string, batchId: string, tally: AcceptanceTally): Submission {
  const count = tally.added + tally.known + tally.changed + tally.replaced + tally.rejected;
  return {
    success: true,
    job_id: jobId,
    batch_id: batchId,
    document_count: count,
    message: messageFor(count, tally),
    accepted: { ...tally },
  };
}

function messageFor(count: number, { added, known, changed, replaced, rejected }: AcceptanceTally): string {
  const parts = [
    `${added} new`,
    ...(known > 0 ? [`${known} known`] : []),
    ...(changed > 0 ? [`${changed} known with other content, kept as they were`] : []),
    ...(replaced > 0 ? [`${replaced} to be done again`] : []),
    ...(rejected > 0 ? [`${rejected} refused, each a failed document that says why`] : []),
  ];
  return `${count} ${count === 1 ? 'document' : 'documents'} saved: ${parts.join(', ')}.`;
}

/** A submission waits for the disk: its checkpoint is in a thread, so that other requests do not wait with it. */
function threaded({ batches: { store } }: Served): SubmissionStore {
  return {
    create: async (batch, author) => {
      await (await store.create(batch, author)).close();
      return store.openThreaded(batch.batchId);
    },
    open: (id) => store.openThreaded(id),
    exists: (batchId) => store.exists(batchId),
    use: (batchId) => store.use(batchId),
  };
}

/** @throws {PawlError} `invalid_setting`, `invalid_batch_id` */
async function settingsFor(
  { batches, settings }: Served,
  batchId: string,
  options: Readonly<Record<string, unknown>>,
): Promise<BatchSettings> {
  const known = await batches.store.exists(batchId);
  const base = known
    ? await batches.use(batchId, async ({ checkpoint }) => (await checkpoint.batch()).settings)
    : settings;
  const given = settingTexts('options', options);
  for (const [key, texts] of Object.entries(given)) refuseForbidden(key, texts);
  return resolveSettings({
    base,
    baseOrigin: known ? 'batch' : 'default',
    among: SETTINGS,
    file: { path: 'options', given },
    environment: {},
    flags: {},
  }).settings;
}

/** @throws {PawlError} `invalid_setting` */
function refuseForbidden(key: string, texts: readonly string[]): void {
  const namesPlace =
    STAGES.has(key) &&
    !texts
      .join(',')
      .split(',')
      .every((text) => KNOWN_PROVIDERS.test(text.trim()));
  if (SETTABLE.has(key) && !namesPlace) return;
  const what = namesPlace
    ? `${key}: a request may not name the address or file of a provider`
    : `${key}: a request may not set this`;
  throw new PawlError('invalid_setting', `options, ${what}; give it to pawl serve, for all new batches.`);
}

/** Documents of a request as JSON lines. */
export async function* asLines(documents: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const document of documents) yield Buffer.from(`${JSON.stringify(document)}\n`);
}

/** A short word for a text of any length. */
export function digestOf(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
