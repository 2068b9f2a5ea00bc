import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { openAnswers } from '../../composition.ts';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { DURATION_FORMS, parseDuration } from '../../config/duration.ts';
import { formatSize, parseSize, SIZE_FORMS } from '../../config/size.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { AnswerCache, AnswerCacheStats, PruneLimits } from '../../models/answers/answer-cache.ts';
import type { Cli, CommandFactory } from '../cli.ts';
import { dataOption, jsonOption } from '../options.ts';
import { byteSize, count, counted, dateTime } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { textTable } from '../terminal/text-table.ts';

export const cacheCommand: CommandFactory = (cli) =>
  new Command('cache')
    .summary('look at the kept answers of language models, or make room')
    .description(
      'Answers of language models are kept in cache.db in the data folder, for all batches, so that none is paid for twice. ' +
        'stats says what is there; prune takes out the answers that were used longest ago. Results of batches stay as they are.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['stats', 'prune'] as const).default('stats' as const))
    .addOption(
      new Option('--to <size>', `prune: what the answers may take afterwards: ${SIZE_FORMS}`)
        .argParser(parseBytes)
        .default(DEFAULT_SETTINGS.cacheBytes, formatSize(DEFAULT_SETTINGS.cacheBytes)),
    )
    .addOption(
      new Option(
        '--unused-for <duration>',
        `prune: also answers that were not used for so long: ${DURATION_FORMS}`,
      ).argParser(parseSpan),
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl cache\n  pawl cache prune --to 500M\n  pawl cache prune --to 0')
    .action(async (action, { to, unusedFor, json = false, data }) => {
      const answers = openAnswers(data, DEFAULT_SETTINGS.cacheBytes);
      const usedSinceMs = unusedFor === undefined ? 0 : systemClock.now() - unusedFor;
      try {
        if (action === 'stats') await showStats(cli, await answers.stats(), json);
        else await prune(cli, answers, { maxBytes: to, usedSinceMs }, json);
      } finally {
        await answers.close();
      }
    });

async function showStats({ output }: Cli, stats: AnswerCacheStats, json: boolean): Promise<void> {
  if (json) return output.json(statsView(stats));
  const { answers, bytes, fileBytes, leastRecentlyUsedAtMs, models, setAside } = stats;
  await output.answer(
    `${counted(answers, 'answer')}, ${byteSize(bytes)} (file: ${byteSize(fileBytes)}) in ${terminalText(stats.path)}`,
    ...(leastRecentlyUsedAtMs === null ? [] : [`Used longest ago: ${dateTime(leastRecentlyUsedAtMs)}`]),
    ...textTable(
      models.map((of) => [
        `  ${terminalText(of.provider)}`,
        terminalText(of.model),
        counted(of.answers, 'answer'),
        byteSize(of.bytes),
      ]),
      [2, 3],
    ),
    ...setAside.map((path) => `A damaged file was set aside: ${terminalText(path)} (it can be deleted)`),
  );
}

function statsView(stats: AnswerCacheStats): object {
  return {
    path: stats.path,
    answers: stats.answers,
    bytes: stats.bytes,
    file_bytes: stats.fileBytes,
    least_recently_used_at:
      stats.leastRecentlyUsedAtMs === null ? null : new Date(stats.leastRecentlyUsedAtMs).toISOString(),
    models: stats.models,
    set_aside: stats.setAside,
  };
}

async function prune({ output }: Cli, cache: AnswerCache, keep: PruneLimits, json: boolean): Promise<void> {
  const { removed, freedBytes } = await cache.prune(keep);
  const { answers, bytes } = await cache.stats();
  if (json) return output.json({ removed, freed_bytes: freedBytes, answers, bytes });
  await output.answer(
    `${counted(removed, 'answer')} taken out (${byteSize(freedBytes)}); ${count(answers)} left (${byteSize(bytes)}).`,
  );
}

function parseBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new InvalidArgumentError(`Give ${SIZE_FORMS}.`);
  return bytes;
}

function parseSpan(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError(`Give ${DURATION_FORMS}.`);
  return ms;
}
