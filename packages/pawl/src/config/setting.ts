import { resolve } from 'node:path';
import type { BatchSettings } from '../domain/batch.ts';
import { EMBEDDING_FORMS, parseEmbeddingAddress } from '../models/embedding-address.ts';
import { GGUF_FORM, ggufPath, MODEL_PROVIDERS, parseModelAddress } from '../models/model-address.ts';
import { splitProviders } from '../pipeline/provider-chain.ts';
import { DURATION_FORMS, formatDuration, parseDuration } from './duration.ts';
import { FAILURE_BUDGET_FORMS, formatFailureBudget, parseFailureBudget } from './failure-budget-text.ts';
import { formatMoney, MONEY_FORMS, parseMoney } from './money-text.ts';
import { formatPrice, PRICE_FORMS, parsePrice } from './price-text.ts';
import { formatSink, parseSink, SINK_FORMS } from './sink-text.ts';
import { formatSize, parseSize, SIZE_FORMS } from './size.ts';
import { formatWorkingHours, parseWorkingHours, WORKING_HOURS_FORMS } from './working-hours-text.ts';

// One table says what can be set. The flags of the commands, the environment variables (PAWL_<KEY>), the keys of a
// settings file and those of `pawl set` are all read from it, so each of them knows the same settings in the same words.

/** Something of a batch that can be set. */
export interface Setting {
  /** The flag without its dashes, and the key in a settings file. */
  readonly key: string;
  readonly placeholder: string;
  readonly summary: string;
  /** How a value is written; completes the sentence "give ...". */
  readonly forms: string;
  /** May be given more than once. */
  readonly repeatable: boolean;
  /**
   * When a change of a batch that exists takes effect: at once, with the next run, with the next input that is accepted,
   * or by replacing the pipeline.
   */
  readonly takesEffect: 'at-once' | 'next-run' | 'next-input' | 'pipeline';
  /** The field of the settings that it changes. */
  readonly field: keyof BatchSettings;
  /** `settings` with this one as the texts say (one text unless repeatable); null when a text has no allowed form. */
  apply(settings: BatchSettings, texts: readonly string[]): BatchSettings | null;
  /** The value in `settings` as texts that `apply` would take. */
  write(settings: BatchSettings): readonly string[];
}

const NONE = 'none';
/** The placeholder of a switch. */
export const YES_NO = 'yes|no';
const HTTP_FORM = 'http:URL for a service of your own';
const MODEL_FORMS = [...Object.values(MODEL_PROVIDERS), GGUF_FORM].join(', ');
const EVENTS_FORMS = `builtin, ${HTTP_FORM}, or a model: ${MODEL_FORMS}`;

export const SETTINGS: readonly Setting[] = [
  wholeNumber(
    'concurrency',
    'concurrency',
    'Documents in flight at once; 0 picks a number from the machine.',
    'at-once',
  ),
  stage('entities', `builtin, or ${HTTP_FORM}`),
  stage('dependencies', `builtin, or ${HTTP_FORM}`),
  stage('events', EVENTS_FORMS),
  path('prompt', 'promptFolder', 'folder', 'Replaces parts of what models are told about events.'),
  path('taxonomy', 'taxonomyFile', 'file', 'Event types, roles and domains of your own.'),
  wholeNumber(
    'chunk-tokens',
    'chunkTokens',
    'Text sent to a model at once, in tokens; longer documents go in chunks.',
    'pipeline',
  ),
  wholeNumber('max-output-tokens', 'maxOutputTokens', 'Tokens a model may answer with, at most.', 'pipeline'),
  {
    key: 'sink',
    placeholder: 'sink',
    summary: 'Where results and storylines go.',
    forms: SINK_FORMS,
    repeatable: true,
    takesEffect: 'next-run',
    field: 'sinks',
    apply: (settings, texts) => withParsed(texts.map(parseSink), (sinks) => ({ ...settings, sinks })),
    write: (settings) => settings.sinks.map(formatSink),
  },
  optional('time-limit', 'timeLimitMs', 'Pauses the batch after this long.', {
    placeholder: 'duration',
    forms: DURATION_FORMS,
    parse: parseDuration,
    format: formatDuration,
  }),
  optional('between', 'workingHours', 'Works only in these hours, pauses outside them and goes on by itself.', {
    placeholder: 'hours',
    forms: WORKING_HOURS_FORMS,
    parse: parseWorkingHours,
    format: formatWorkingHours,
  }),
  optional('max-failures', 'maxFailures', 'Pauses the batch when more documents of a run fail.', {
    placeholder: 'budget',
    forms: FAILURE_BUDGET_FORMS,
    parse: parseFailureBudget,
    format: formatFailureBudget,
  }),
  optional('max-cost', 'maxCostNanos', 'Pauses the batch before all its runs together cost more.', {
    placeholder: 'dollars',
    forms: MONEY_FORMS,
    parse: parseMoney,
    format: formatMoney,
  }),
  optional('max-tokens', 'maxTokens', 'Pauses the batch before all its runs together use more tokens of models.', {
    placeholder: 'n',
    forms: 'a whole number of tokens, input and output together',
    parse: parseCount,
    format: String,
  }),
  {
    ...optional(
      'llm-batch',
      'llmBatchMs',
      "Asks by the provider's batch API, at half the price, and by the live one what takes longer.",
      {
        placeholder: 'duration',
        forms: DURATION_FORMS,
        parse: parseDuration,
        format: formatDuration,
      },
    ),
    takesEffect: 'next-run',
  },
  {
    key: 'price',
    placeholder: 'model=in/out',
    summary: 'What a model costs; counts before the prices that pawl knows.',
    forms: PRICE_FORMS,
    repeatable: true,
    takesEffect: 'next-run',
    field: 'prices',
    apply: (settings, texts) =>
      isNone(texts)
        ? { ...settings, prices: [] }
        : withParsed(texts.map(parsePrice), (prices) => ({ ...settings, prices })),
    write: (settings) => settings.prices.map(formatPrice),
  },
  duration('request-timeout', 'requestTimeoutMs', 'Longest time one request to a language model may take.', 'next-run'),
  optional(
    'rpm',
    'requestsPerMinute',
    'Most requests a minute to each language model.',
    ceilingText('requests'),
    'next-run',
  ),
  optional('tpm', 'tokensPerMinute', 'Most tokens a minute to each language model.', ceilingText('tokens'), 'next-run'),
  yesNo('cache', 'useCache', 'Keeps answers of language models, and uses those kept before.'),
  {
    key: 'cache-limit',
    placeholder: 'size',
    summary: 'What all kept answers of the data folder may take; those used longest ago go first.',
    forms: SIZE_FORMS,
    repeatable: false,
    takesEffect: 'next-run',
    field: 'cacheBytes',
    apply: (settings, [text = '']) =>
      withParsed([parseSize(text)], ([cacheBytes]) => ({ ...settings, cacheBytes: cacheBytes! })),
    write: (settings) => [formatSize(settings.cacheBytes)],
  },
  duration('stage-timeout', 'stageTimeoutMs', 'Longest time one stage may take for one document.'),
  duration('document-timeout', 'documentTimeoutMs', 'Longest time a document may take.'),
  wholeNumber('max-attempts', 'maxAttempts', 'Tries of a stage for one document, the first included.', 'at-once'),
  {
    key: 'worker-memory',
    placeholder: 'size',
    summary: 'Memory a worker thread may take; a document that needs more fails, linking that does is left out.',
    forms: SIZE_FORMS,
    repeatable: false,
    takesEffect: 'next-run',
    field: 'workerMemoryMb',
    apply: (settings, [text = '']) =>
      withParsed([parseSize(text)], ([bytes]) => ({ ...settings, workerMemoryMb: Math.floor(bytes! / MEBIBYTE) })),
    write: (settings) => [formatSize(settings.workerMemoryMb * MEBIBYTE)],
  },
  {
    key: 'max-line-bytes',
    placeholder: 'size',
    summary: 'Longest input line; a longer one is a failed document.',
    forms: SIZE_FORMS,
    repeatable: false,
    takesEffect: 'next-input',
    field: 'maxLineBytes',
    apply: (settings, [text = '']) =>
      withParsed([parseSize(text)], ([maxLineBytes]) => ({ ...settings, maxLineBytes: maxLineBytes! })),
    write: (settings) => [formatSize(settings.maxLineBytes)],
  },
  {
    key: 'field',
    placeholder: 'what=NAME',
    summary: 'Which input field holds the text, id, title, date or url; the first that is there counts.',
    forms: 'text=NAME, id=NAME, title=NAME, date=NAME or url=NAME',
    repeatable: true,
    takesEffect: 'next-input',
    field: 'fields',
    apply: applyFields,
    write: (settings) => FIELD_ROLES.flatMap((role) => settings.fields[role].map((name) => `${role}=${name}`)),
  },
  yesNo('link', 'link', 'Links events into storylines.'),
  model(
    'embeddings',
    EMBEDDING_FORMS,
    'Embedding model whose vectors are evidence for storylines.',
    readEmbeddingModel,
  ),
  model(
    'summaries',
    MODEL_FORMS,
    'Language model that writes what storylines tell and says what caused what.',
    readSummaryModel,
  ),
  {
    key: 'notify',
    placeholder: 'command|url',
    summary: 'Command or https address told when the batch ends, pauses, fails or is suspended.',
    forms: 'a command, which gets JSON on its standard input, or an https address, which gets it by POST',
    repeatable: true,
    takesEffect: 'next-run',
    field: 'notify',
    apply: (settings, texts) =>
      isNone(texts)
        ? { ...settings, notify: [] }
        : withParsed(texts.map(parseNotify), (notify) => ({ ...settings, notify })),
    write: (settings) => settings.notify,
  },
];

const MEBIBYTE = 1024 * 1024;
const FIELD_ROLES = ['text', 'id', 'title', 'date', 'url'] as const;

/** The setting of that key, or undefined. */
export function findSetting(key: string): Setting | undefined {
  return SETTINGS.find((setting) => setting.key === key);
}

/** The environment variable of a setting: `PAWL_TIME_LIMIT`. */
export function environmentNameOf(setting: Setting): string {
  return `PAWL_${setting.key.toUpperCase().replaceAll('-', '_')}`;
}

function wholeNumber(
  key: string,
  field: 'concurrency' | 'maxAttempts' | 'chunkTokens' | 'maxOutputTokens',
  summary: string,
  takesEffect: Setting['takesEffect'],
): Setting {
  return {
    key,
    placeholder: 'n',
    summary,
    forms: 'a whole number',
    repeatable: false,
    takesEffect,
    field,
    apply: (settings, [text = '']) => (/^\d{1,9}$/.test(text.trim()) ? { ...settings, [field]: Number(text) } : null),
    write: (settings) => [String(settings[field])],
  };
}

/** A path that is kept as an absolute one, so that a batch can be resumed from any folder; `none` takes it away. */
function path(key: string, field: 'promptFolder' | 'taxonomyFile', placeholder: string, summary: string): Setting {
  return {
    key,
    placeholder,
    summary,
    forms: `the path of a ${placeholder}, or none`,
    repeatable: false,
    takesEffect: 'pipeline',
    field,
    apply: (settings, texts) => {
      const text = texts[0]?.trim() ?? '';
      if (text === '') return null;
      return { ...settings, [field]: isNone(texts) ? null : resolve(text) };
    },
    write: (settings) => [settings[field] ?? NONE],
  };
}

function duration(
  key: string,
  field: 'stageTimeoutMs' | 'documentTimeoutMs' | 'requestTimeoutMs',
  summary: string,
  takesEffect: Setting['takesEffect'] = 'at-once',
): Setting {
  return {
    key,
    placeholder: 'duration',
    summary,
    forms: DURATION_FORMS,
    repeatable: false,
    takesEffect,
    field,
    apply: (settings, [text = '']) => withParsed([parseDuration(text)], ([ms]) => ({ ...settings, [field]: ms })),
    write: (settings) => [formatDuration(settings[field])],
  };
}

/**
 * A model by its address; `none` takes it away.
 * @param read the address as it is to be kept; throws for what is none
 */
function model(
  key: 'embeddings' | 'summaries',
  forms: string,
  summary: string,
  read: (text: string) => string,
): Setting {
  const parse = (text: string) => {
    try {
      return read(text.trim());
    } catch {
      return null; // the forms say what is wrong
    }
  };
  return optional(key, key, summary, { placeholder: 'model', forms, parse, format: String }, 'next-run');
}

function readEmbeddingModel(text: string): string {
  parseEmbeddingAddress(text);
  return withAbsolutePath(text);
}

function readSummaryModel(text: string): string {
  if (!ggufPath(text)) parseModelAddress(text);
  return withAbsolutePath(text);
}

function withAbsolutePath(text: string): string {
  const path = ggufPath(text);
  return path === null ? text : `gguf:${resolve(path)}`;
}

/** A switch; `--no-KEY` turns it off. */
function yesNo(key: string, field: 'link' | 'useCache', summary: string): Setting {
  return {
    key,
    placeholder: YES_NO,
    summary,
    forms: `yes or no (--no-${key} says no)`,
    repeatable: false,
    takesEffect: 'next-run',
    field,
    apply: (settings, [text = '']) =>
      withParsed([parseYesNo(text)], ([said]) => ({ ...settings, [field]: said === 'yes' })),
    write: (settings) => [settings[field] ? 'yes' : 'no'],
  };
}

function ceilingText(of: 'requests' | 'tokens') {
  return { placeholder: 'n', forms: `a whole number of ${of}`, parse: parseCount, format: String };
}

function parseCount(text: string): number | null {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** A setting that `none` takes away. */
function optional<
  Field extends
    | 'timeLimitMs'
    | 'workingHours'
    | 'maxFailures'
    | 'maxCostNanos'
    | 'maxTokens'
    | 'llmBatchMs'
    | 'embeddings'
    | 'summaries'
    | 'requestsPerMinute'
    | 'tokensPerMinute',
>(
  key: string,
  field: Field,
  summary: string,
  text: {
    readonly placeholder: string;
    readonly forms: string;
    readonly parse: (text: string) => BatchSettings[Field] | null;
    readonly format: (value: NonNullable<BatchSettings[Field]>) => string;
  },
  takesEffect: Setting['takesEffect'] = 'at-once',
): Setting {
  return {
    key,
    placeholder: text.placeholder,
    summary,
    forms: `${text.forms}, or none`,
    repeatable: false,
    takesEffect,
    field,
    apply: (settings, texts) =>
      isNone(texts)
        ? { ...settings, [field]: null }
        : withParsed([text.parse(texts[0] ?? '')], ([value]) => ({ ...settings, [field]: value })),
    write: (settings) => {
      const value = settings[field];
      return [value === null ? NONE : text.format(value)];
    },
  };
}

function stage(name: string, forms: string): Setting {
  return {
    key: name,
    placeholder: 'provider',
    summary: `Who does the stage ${name}.`,
    forms: `${forms}; or several in order, with commas, for documents that the first fails`,
    repeatable: false,
    takesEffect: 'pipeline',
    field: 'stages',
    apply: (settings, [text = '']) =>
      withParsed([parseProviders(text)], ([provider]) => ({
        ...settings,
        stages: settings.stages.map((stage) => (stage.name === name ? { name, provider: provider! } : stage)),
      })),
    write: (settings) => settings.stages.filter((stage) => stage.name === name).map(({ provider }) => provider),
  };
}

/** A provider, or several in order, with commas. */
function parseProviders(text: string): string | null {
  const providers = splitProviders(text).map(parseProvider);
  return providers.includes(null) ? null : providers.join(',');
}

/** `builtin`, or `<provider>:<rest>`; which providers there are is for the pipeline to say. */
function parseProvider(provider: string): string | null {
  if (!/^[a-z][a-z0-9-]*(?::\S+)?$/.test(provider)) return null;
  if (provider.startsWith('gguf:')) return `gguf:${resolve(provider.slice('gguf:'.length))}`;
  if (!provider.startsWith('http:')) return provider;
  return isHttpUrl(provider.slice('http:'.length)) ? provider : null;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '';
}

function parseYesNo(text: string): 'yes' | 'no' | null {
  const said = text.trim().toLowerCase();
  if (/^(?:yes|true|on)$/.test(said)) return 'yes';
  return /^(?:no|false|off)$/.test(said) ? 'no' : null;
}

/** Plain http is for this machine only: what is sent names documents. */
function parseNotify(text: string): string | null {
  const target = text.trim();
  if (target === '' || target === NONE) return null;
  if (!/^https?:\/\//i.test(target)) return target;
  if (!isHttpUrl(target)) return null;
  const { protocol, hostname } = new URL(target);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? target : null;
}

function applyFields(settings: BatchSettings, texts: readonly string[]): BatchSettings | null {
  const given = new Map<string, string[]>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const [role, name] = [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
    if (equals < 0 || name === '' || !FIELD_ROLES.some((known) => known === role)) return null;
    given.set(role, [...(given.get(role) ?? []), name]);
  }
  return { ...settings, fields: { ...settings.fields, ...Object.fromEntries(given) } };
}

function isNone(texts: readonly string[]): boolean {
  return texts.length === 1 && texts[0]!.trim().toLowerCase() === NONE;
}

function withParsed<T>(
  parsed: readonly (T | null)[],
  use: (values: readonly NonNullable<T>[]) => BatchSettings,
): BatchSettings | null {
  const values = parsed.filter((value) => value !== null && value !== undefined);
  return values.length === parsed.length ? use(values) : null;
}
