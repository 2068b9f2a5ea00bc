import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { answersFor, openStore } from '../../composition.ts';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { resolveSettings } from '../../config/resolve-settings.ts';
import { SETTINGS } from '../../config/setting.ts';
import type { BatchSettings } from '../../domain/batch.ts';
import { type Estimate, estimateFromPlans, estimateFromSample } from '../../estimate/estimate.ts';
import { measureSample } from '../../estimate/measure-sample.ts';
import { planSample, plansRequests } from '../../estimate/plan-sample.ts';
import { type Survey, surveyInput } from '../../estimate/survey-input.ts';
import { openInput } from '../../intake/open-input.ts';
import { withAnyKeys } from '../../models/model-key.ts';
import { createPipeline } from '../../pipeline/create-pipeline.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
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
        'settings given. Nothing is spent: the prompts of 100 documents are written and not sent, the answers are guessed. With ' +
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
    const pipeline = isPaid
      ? createPipeline(settings, process.env, answersFor(settings, options.data))
      : createPipeline(settings, withAnyKeys(process.env));
    try {
      const survey = await surveyFile(file, settings, options.sample ?? PLANNED);
      const work = isPaid ? measured : planned;
      const estimate = await work(cli, pipeline, survey, settings);
      if (options.json) return await cli.output.json(estimate);
      await cli.output.answer(...renderEstimate(estimate, cli.output.style));
    } finally {
      await pipeline.close();
    }
  });
};

async function surveyFile(file: string, settings: BatchSettings, sampleSize: number): Promise<Survey> {
  const input = await openInput(file);
  try {
    return await surveyInput(input, settings, sampleSize);
  } finally {
    await input.close();
  }
}

async function planned(_: Cli, pipeline: Pipeline, survey: Survey, settings: BatchSettings): Promise<Estimate> {
  const asks = plansRequests(pipeline);
  const plans = asks ? await planSample(pipeline, survey.sample, settings, new AbortController().signal) : [];
  return estimateFromPlans(survey, plans, asks, settings);
}

async function measured(
  { output, by }: Cli,
  pipeline: Pipeline,
  survey: Survey,
  settings: BatchSettings,
): Promise<Estimate> {
  const asks = plansRequests(pipeline);
  const money = asks ? ', which is paid for' : '';
  output.say(`Processing ${counted(survey.sample.length, 'document')} of ${survey.documents}${money} ...`);
  const folder = await mkdtemp(join(tmpdir(), 'pawl-estimate-'));
  const signals = listenForSignals(() => output.say('pawl: finishing what is in flight; the answers so far are kept.'));
  try {
    const run = { by, interrupt: signals.interrupt, abort: signals.abort };
    const sample = await measureSample(openStore(folder), pipeline, survey.sample, settings, run);
    const { end, reason } = sample.ending;
    if (end !== 'completed') output.say(terminalText(`The sample ended early: ${reason ?? end}.`, 300));
    return estimateFromSample(survey, sample, asks, settings);
  } finally {
    signals.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function parseSample(text: string): number {
  const size = Number(text);
  if (!/^\d{1,5}$/.test(text) || size < 1 || size > MAX_SAMPLE) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_SAMPLE}.`);
  }
  return size;
}
