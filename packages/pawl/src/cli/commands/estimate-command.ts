import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { answersFor, openStore } from '../../composition.ts';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { resolveSettings } from '../../config/resolve-settings.ts';
import { SETTINGS } from '../../config/setting.ts';
import type { BatchSettings } from '../../domain/batch.ts';
import { messageOf } from '../../domain/errors.ts';
import { StageError } from '../../domain/stage-error.ts';
import { type Estimate, estimateFromPlans, estimateFromSample, withLinking } from '../../estimate/estimate.ts';
import { estimateLinking, type LinkingEstimate, NO_LINKING } from '../../estimate/estimate-linking.ts';
import { LinkingSample } from '../../estimate/linking-sample.ts';
import { measureEmbeddings } from '../../estimate/measure-embeddings.ts';
import { measureSample } from '../../estimate/measure-sample.ts';
import { planLinking, planSample, plansRequests } from '../../estimate/plan-sample.ts';
import { type Survey, surveyInput } from '../../estimate/survey-input.ts';
import { openInput } from '../../intake/open-input.ts';
import { ggufPath } from '../../models/model-address.ts';
import { withAnyKeys } from '../../models/model-key.ts';
import { createPipeline } from '../../pipeline/create-pipeline.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { closeLinkingModels, createLinkingModels, type LinkingModels } from '../../storylines/linking-models.ts';
import { addAllSettings } from '../accept-documents.ts';
import type { Cli, CommandFactory } from '../cli.ts';
import { commandSettings, dataOption, jsonOption } from '../options.ts';
import { renderEstimate } from '../render-estimate.ts';
import { listenForSignals } from '../run-signals.ts';
import { counted } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

/** Documents whose prompts are written to see how long they are. */
const PLANNED = 100;
const MAX_SAMPLE = 10_000;

export const estimateCommand: CommandFactory = (cli) => {
  const command = new Command('estimate')
    .summary('say what a file will take before anything is spent')
    .description(
      'Reads a file and says how many documents it holds and how many requests, tokens, dollars and hours they will take, with the ' +
        'settings given, those of --embeddings and --summaries included. Nothing is spent: the prompts of 100 documents are written and ' +
        'not sent, the answers are guessed. With ' +
        '--sample K, K documents are really processed, which is paid for, and everything is measured; their answers are stored, ' +
        'and a run of the file uses them.',
    )
    .argument('<file>', 'JSON lines, plain, .gz or .zst; - for standard input')
    .option('--sample <k>', 'really process this many documents, and pay for them', parseSample)
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl estimate news.jsonl --events openai:gpt-4o-mini\n' +
        '  pawl estimate news.jsonl --events openai:gpt-4o-mini --sample 20 --max-cost 0.50',
    );
  addAllSettings(command);
  return command.action(async (file, options) => {
    const { settings } = resolveSettings({
      base: DEFAULT_SETTINGS,
      baseOrigin: 'default',
      among: SETTINGS,
      ...(await commandSettings(command)),
    });
    const isPaid = options.sample !== undefined;
    const environment = isPaid ? process.env : withAnyKeys(process.env);
    const answers = isPaid ? answersFor(settings, options.data) : null;
    const models = createLinkingModels(settings, environment, answers);
    const pipeline = createPipeline(settings, environment, answers);
    try {
      const survey = await surveyFile(file, settings, options.sample ?? PLANNED);
      const estimate = await (isPaid ? measured : planned)(cli, { pipeline, models, survey, settings });
      if (options.json) return await cli.output.json(estimate);
      await cli.output.answer(...renderEstimate(estimate, cli.output.style));
    } finally {
      await closeLinkingModels(models);
      await pipeline.close();
    }
  });
};

interface EstimateBasis {
  readonly pipeline: Pipeline;
  /** What linking will ask. */
  readonly models: LinkingModels;
  readonly survey: Survey;
  readonly settings: BatchSettings;
}

async function surveyFile(file: string, settings: BatchSettings, sampleSize: number): Promise<Survey> {
  const input = await openInput(file);
  try {
    return await surveyInput(input, settings, sampleSize);
  } finally {
    await input.close();
  }
}

async function planned(_: Cli, basis: EstimateBasis): Promise<Estimate> {
  const { pipeline, survey, settings } = basis;
  const asks = plansRequests(pipeline);
  const plans = asks ? await planSample(pipeline, survey.sample, settings, new AbortController().signal) : [];
  return withLinking(estimateFromPlans(survey, plans, asks, settings), await plannedLinking(basis));
}

/** The events of a sample as the built-in stage finds them, since nobody else is asked. */
async function plannedLinking({ models, survey, settings }: EstimateBasis): Promise<LinkingEstimate> {
  if (!asksAny(models)) return NO_LINKING;
  const stages = settings.stages.map((stage) => (stage.name === 'events' ? { ...stage, provider: 'builtin' } : stage));
  const pipeline = createPipeline({ ...settings, stages }, withAnyKeys(process.env));
  try {
    const sample = await planLinking(pipeline, survey.sample, settings, new AbortController().signal);
    return estimateLinking(survey, sample, null, settings);
  } finally {
    await pipeline.close();
  }
}

async function measured({ output, by }: Cli, { pipeline, models, survey, settings }: EstimateBasis): Promise<Estimate> {
  const asks = plansRequests(pipeline);
  const money =
    asks || (models.embeddings !== null && !ggufPath(settings.embeddings ?? '')) ? ', which is paid for' : '';
  output.say(`Processing ${counted(survey.sample.length, 'document')} of ${survey.documents}${money} ...`);
  const folder = await mkdtemp(join(tmpdir(), 'pawl-estimate-'));
  const signals = listenForSignals(() => output.say('pawl: finishing what is in flight; the answers so far are kept.'));
  try {
    const run = { by, interrupt: signals.interrupt, abort: signals.abort };
    const linking = asksAny(models) ? new LinkingSample() : null;
    const sample = await measureSample(openStore(folder), pipeline, survey.sample, settings, linking, run);
    const { end, reason } = sample.ending;
    if (end !== 'completed') output.say(terminalText(`The sample ended early: ${reason ?? end}.`, 300));
    const documents = estimateFromSample(survey, sample, asks, settings);
    if (linking === null) return withLinking(documents, NO_LINKING);
    const stop = AbortSignal.any([signals.interrupt, signals.abort]);
    const embedding =
      models.embeddings && measureEmbeddings(models.embeddings, linking.documents, settings, sample, stop);
    const embedded = await embedding?.catch((error: unknown) => {
      if (!(error instanceof StageError || stop.aborted)) throw error;
      output.say(terminalText(`The sample has no vectors; what they take is guessed: ${messageOf(error)}`, 300));
      return null;
    });
    return withLinking(documents, estimateLinking(survey, linking, embedded ?? null, settings));
  } finally {
    signals.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function asksAny({ embeddings, summaries }: LinkingModels): boolean {
  return embeddings !== null || summaries !== null;
}

function parseSample(text: string): number {
  const size = Number(text);
  if (!/^\d{1,5}$/.test(text) || size < 1 || size > MAX_SAMPLE) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_SAMPLE}.`);
  }
  return size;
}
