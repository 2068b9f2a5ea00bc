import type { BatchSettings, StageSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { BUILTIN_STAGES, type BuiltinStageName } from './builtin/analysis.ts';
import { BuiltinStages } from './builtin/builtin-stage.ts';
import { LanguagePool } from './builtin/language-pool.ts';
import { HTTP_STAGES, type HttpStageName, httpStage } from './http/http-stage.ts';
import { Pipeline } from './pipeline.ts';
import type { Stage } from './stage.ts';

interface ProviderKind {
  readonly stages: readonly string[];
  /** How it is written. */
  readonly form: string;
  create(stage: StageSettings, address: string, builtin: BuiltinStages): Stage;
}

/** Who can do a stage, by the word before the first colon. */
const PROVIDERS: Readonly<Record<string, ProviderKind>> = {
  builtin: {
    stages: BUILTIN_STAGES,
    form: 'builtin',
    create: ({ name }, _, builtin) => builtin.stage(name as BuiltinStageName),
  },
  http: {
    stages: HTTP_STAGES,
    form: 'http:<url>',
    create: ({ name }, address) => httpStage(name as HttpStageName, address, process.env.PAWL_HTTP_TOKEN),
  },
};

/**
 * The pipeline that settings describe. Nothing starts before the first document.
 * @throws {PawlError} `invalid_setting` for a provider that does not exist or cannot do its stage
 */
export function createPipeline(settings: BatchSettings): Pipeline {
  const builtinNames = settings.stages
    .filter(({ provider }) => provider === 'builtin')
    .map(({ name }) => name as BuiltinStageName);
  const pool = new LanguagePool({
    workerMemoryMb: settings.workerMemoryMb,
    maxThreads: settings.concurrency > 0 ? settings.concurrency : Number.POSITIVE_INFINITY,
    worker: new URL('./builtin/language-worker.ts', import.meta.url),
  });
  const builtin = new BuiltinStages(pool, builtinNames);
  return new Pipeline(settings.stages.map((stage) => createStage(stage, builtin)));
}

function createStage(stage: StageSettings, builtin: BuiltinStages): Stage {
  const [word = '', ...rest] = stage.provider.split(':');
  const kind = Object.hasOwn(PROVIDERS, word) ? PROVIDERS[word] : undefined;
  if (kind === undefined || !kind.stages.includes(stage.name)) throw unknownProvider(stage);
  return kind.create(stage, rest.join(':'), builtin);
}

function unknownProvider({ name, provider }: StageSettings): PawlError {
  const forms = Object.values(PROVIDERS)
    .filter(({ stages }) => stages.includes(name))
    .map(({ form }) => form);
  const message =
    forms.length === 0
      ? `There is no stage "${name}"; there are: ${BUILTIN_STAGES.join(', ')}.`
      : `"${provider}" is no provider for ${name}; use one of: ${forms.join(', ')}.`;
  return new PawlError('invalid_setting', message);
}
