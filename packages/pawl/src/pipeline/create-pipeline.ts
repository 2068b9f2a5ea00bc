import type { BatchSettings, StageSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import type { AnswerCache } from '../models/answers/answer-cache.ts';
import { requireBatchApi } from '../models/batch-api/create-batch-model.ts';
import { createLanguageModel, createLocalModel } from '../models/create-language-model.ts';
import { GGUF_FORM, MODEL_PROVIDERS, parseModelAddress } from '../models/model-address.ts';
import type { Environment } from '../models/model-key.ts';
import { type AnalysisPart, BUILTIN_STAGES, type BuiltinStageName } from './builtin/analysis.ts';
import { BuiltinStages } from './builtin/builtin-stage.ts';
import { LanguagePool, type TextAnalyser } from './builtin/language-pool.ts';
import { EventPreview } from './event-preview.ts';
import { loadTaxonomy } from './events/load-taxonomy.ts';
import { loadEventPrompt } from './events/model/event-prompt.ts';
import type { ExtractionOptions } from './events/model/extraction-options.ts';
import { modelEventStage } from './events/model/model-stage.ts';
import { HTTP_STAGES, type HttpStageName, httpStage } from './http/http-stage.ts';
import { Pipeline } from './pipeline.ts';
import { chainStages, splitProviders } from './provider-chain.ts';
import type { Stage } from './stage.ts';

/** What providers are made from. */
interface ProviderKit {
  readonly builtin: BuiltinStages;
  readonly environment: Environment;
  readonly extraction: ExtractionOptions;
  readonly settings: BatchSettings;
  readonly answers: AnswerCache | null;
  /** Of the batch; null where nothing will be asked. */
  readonly folder: string | null;
}

interface ProviderKind {
  readonly stages: readonly string[];
  /** How it is written. */
  readonly form: string;
  /** What of the language library's analysis it needs of every document. */
  parts(stage: string): readonly AnalysisPart[];
  /** @param provider as the settings have it */
  create(stage: string, provider: string, kit: ProviderKit): Stage;
}

/** One is answered while the next is prepared: what is begun must be finished before a batch pauses. */
const LOCAL_DOCUMENTS_AT_ONCE = 2;

/** Who can do a stage, by the word before the first colon. */
const PROVIDERS: Readonly<Record<string, ProviderKind>> = {
  builtin: {
    stages: BUILTIN_STAGES,
    form: 'builtin',
    parts: (stage) => [stage as BuiltinStageName],
    create: (stage, _, { builtin }) => builtin.stage(stage as BuiltinStageName),
  },
  http: {
    stages: HTTP_STAGES,
    form: 'http:<url>',
    parts: () => [],
    create: (stage, provider, { environment }) =>
      httpStage(stage as HttpStageName, provider.slice('http:'.length), environment.PAWL_HTTP_TOKEN),
  },
  gguf: {
    stages: ['events'],
    form: GGUF_FORM,
    parts: () => ['outline'],
    create: (_, provider, { builtin, extraction, answers }) => {
      const model = createLocalModel(provider.slice('gguf:'.length), answers);
      return { ...modelEventStage(model, builtin, extraction), lanes: LOCAL_DOCUMENTS_AT_ONCE };
    },
  },
  ...Object.fromEntries(Object.entries(MODEL_PROVIDERS).map(([word, form]) => [word, modelProvider(form)])),
};

/**
 * The pipeline that settings describe. Nothing starts before the first document.
 * @param environment where keys are looked for; default that of the process
 * @param answers of models, kept from one run to the next; default none
 * @param threads for the built-in stages, shared with other pipelines; default threads of its own
 * @param folder of the batch, for what is open at a batch API; without one the live API is asked
 * @throws {PawlError} `invalid_setting` for a provider that does not exist, cannot do its stage or lacks its key; `missing_file` for a
 *   prompt or taxonomy that is not there
 */
export function createPipeline(
  settings: BatchSettings,
  environment: Environment = process.env,
  answers: AnswerCache | null = null,
  threads: LanguageThreads | null = null,
  folder: string | null = null,
): Pipeline {
  const stages = membersOfStages(settings.stages);
  const parts = stages.flatMap(({ name, members }) => partsOf(name, members));
  return new Pipeline(createStages(stages, createKit(settings, parts, environment, { answers, folder }, threads)));
}

/**
 * What a model is asked with these settings, whoever does the events now; needs no key.
 * @throws {PawlError} as {@link createPipeline}
 */
export function createEventPreview(settings: BatchSettings, environment: Environment = process.env): EventPreview {
  const names = settings.stages.map(({ name }) => name);
  const earlier = membersOfStages(settings.stages.slice(0, Math.max(0, names.indexOf('events'))));
  const parts = earlier.flatMap(({ name, members }) => partsOf(name, members));
  const kit = createKit(settings, [...parts, 'outline'], environment, { answers: null, folder: null }, null);
  return new EventPreview(createStages(earlier, kit), kit.builtin, kit.extraction);
}

interface StageMembers {
  readonly name: string;
  readonly members: readonly Member[];
}

function membersOfStages(stages: readonly StageSettings[]): StageMembers[] {
  return stages.map(({ name, provider }) => ({ name, members: membersOf(name, provider) }));
}

function createStages(stages: readonly StageMembers[], kit: ProviderKit): Stage[] {
  return stages.map(({ name, members }) =>
    chainStages(members.map(({ kind, provider }) => kind.create(name, provider, kit))),
  );
}

function createKit(
  settings: BatchSettings,
  parts: readonly AnalysisPart[],
  environment: Environment,
  kept: Pick<ProviderKit, 'answers' | 'folder'>,
  threads: LanguageThreads | null,
): ProviderKit {
  const pool = threads?.lend(settings) ?? createPool(settings);
  const extraction = extractionOptions(settings);
  const builtin = new BuiltinStages(pool, parts, extraction.taxonomy);
  return { builtin, environment, extraction, settings, ...kept };
}

/** One provider of a stage's chain. */
interface Member {
  readonly kind: ProviderKind;
  readonly provider: string;
}

function membersOf(stage: string, providers: string): Member[] {
  return splitProviders(providers).map((provider) => ({ kind: kindOf(stage, provider), provider }));
}

/** The built-in stage as the last resort of a chain works for few documents; it costs them an analysis of their own. */
function partsOf(stage: string, members: readonly Member[]): readonly AnalysisPart[] {
  const [first, ...rest] = members.map(({ kind }) => kind.parts(stage));
  return [...new Set([...(first ?? []), ...rest.flat().filter((part) => part === 'outline')])];
}

/** Threads for the built-in stages that several pipelines share: each text takes its turn, whichever pipeline it is from. */
export class LanguageThreads {
  readonly #workerMemoryMb: number;
  readonly #pool: LanguagePool;

  constructor(settings: Pick<BatchSettings, 'workerMemoryMb'>) {
    this.#workerMemoryMb = settings.workerMemoryMb;
    this.#pool = createPool({ ...settings, concurrency: 0 });
  }

  /** For a pipeline, which does not end them; null where its threads may take another amount of memory. */
  lend({ workerMemoryMb }: Pick<BatchSettings, 'workerMemoryMb'>): TextAnalyser | null {
    if (workerMemoryMb !== this.#workerMemoryMb) return null;
    return { analyse: (task, signal) => this.#pool.analyse(task, signal), close: async () => undefined };
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

function createPool({
  workerMemoryMb,
  concurrency,
}: Pick<BatchSettings, 'workerMemoryMb' | 'concurrency'>): LanguagePool {
  return new LanguagePool({
    workerMemoryMb,
    maxThreads: concurrency > 0 ? concurrency : Number.POSITIVE_INFINITY,
    worker: new URL('./builtin/language-worker.ts', import.meta.url),
  });
}

function modelProvider(form: string): ProviderKind {
  return {
    stages: ['events'],
    form,
    parts: () => ['outline'],
    create: (_, provider, { builtin, environment, extraction, settings, answers, folder }) => {
      const { prices, maxCostNanos, llmBatchMs } = settings;
      const address = parseModelAddress(provider);
      if (llmBatchMs !== null) requireBatchApi(address);
      const batch = llmBatchMs === null || folder === null ? null : { patienceMs: llmBatchMs, folder };
      const access = { environment, prices, maxCostNanos, flow: settings, isOptional: false, answers, batch };
      return modelEventStage(createLanguageModel(address, access), builtin, extraction);
    },
  };
}

function extractionOptions({
  taxonomyFile,
  promptFolder,
  chunkTokens,
  maxOutputTokens,
}: BatchSettings): ExtractionOptions {
  const taxonomy = loadTaxonomy(taxonomyFile);
  return { taxonomy, prompt: loadEventPrompt(promptFolder, taxonomy), chunkTokens, maxOutputTokens };
}

function kindOf(stage: string, provider: string): ProviderKind {
  const [word = ''] = provider.split(':', 1);
  const kind = Object.hasOwn(PROVIDERS, word) ? PROVIDERS[word] : undefined;
  if (kind === undefined || !kind.stages.includes(stage)) throw unknownProvider(stage, provider);
  return kind;
}

function unknownProvider(stage: string, provider: string): PawlError {
  const forms = Object.values(PROVIDERS)
    .filter(({ stages }) => stages.includes(stage))
    .map(({ form }) => form);
  const message =
    forms.length === 0
      ? `There is no stage "${stage}"; there are: ${BUILTIN_STAGES.join(', ')}.`
      : `"${provider}" is no provider for ${stage}; use one of: ${forms.join(', ')}.`;
  return new PawlError('invalid_setting', message);
}
