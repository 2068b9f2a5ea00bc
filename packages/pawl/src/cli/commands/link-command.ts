import { readFile } from 'node:fs/promises';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { PawlError } from '../../domain/errors.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { parseWeights } from '../../storylines/link-weights.ts';
import { linkBatch } from '../../work/link-batch.ts';
import type { Cli, CommandFactory } from '../cli.ts';
import { linkInto } from '../link-into.ts';
import { LinkProgress } from '../link-progress.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatchToWorkOn } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { sinkProblems } from '../render-status.ts';
import { missingText } from '../render-storylines.ts';
import { counted } from '../terminal/quantity.ts';

const BUILTIN = 'builtin';

export const linkCommand: CommandFactory = (cli) =>
  new Command('link')
    .summary('link the events of a batch into storylines again, or those of several together')
    .description(
      'Links the events of a batch that nobody works on, without touching its documents: what is new since it was last linked, ' +
        'or with other weights everything. Storylines keep their ids as far as they stay what they are. With --into, links the ' +
        'results of several batches into storylines of their own, in a batch of that name: a collection. The same command again ' +
        'takes up what is new in them, and carries on after a crash.',
    )
    .argument('[ids...]', 'batch or job ids; default: the batch used last, or with --into those that NAME is made of')
    .option('--into <name>', 'link all of them together into the collection of this name')
    .option('--weights <file>', 'link with the weights of this file from now on; builtin for those that come with pawl')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl link\n  pawl link news --weights strict.json\n  pawl link news --weights builtin\n' +
        '  pawl link june july --into summer\n  pawl link --into summer',
    )
    .action(async (ids, options, command) => {
      const weights = options.weights === undefined ? null : await weightsFrom(options.weights);
      const { into, data, json = false } = options;
      if (into === undefined) return linkOne(cli, command, { data, json, weights, id: onlyOf(ids) });
      cli.exitCode = await linkInto(cli, command, { data, json, weights, into, sources: ids });
    });

interface LinkOneOptions {
  readonly data: string;
  readonly json: boolean;
  readonly weights: string | null;
  readonly id: string | undefined;
}

async function linkOne({ output, by }: Cli, command: CommandUnknownOpts, options: LinkOneOptions): Promise<void> {
  await withBatchToWorkOn(options.data, options.id, async ({ checkpoint, folder, batchId }) => {
    const progress = new LinkProgress(output, systemClock.now);
    await linkBatch(
      { checkpoint, folder },
      {
        weights: options.weights,
        by,
        signal: new AbortController().signal,
        onUsage: (usage) => progress.add(usage),
      },
    );
    output.say(...(await sinkProblems(checkpoint)));
    const state = await checkpoint.linking();
    if (options.json) {
      return output.json({
        batch_id: batchId,
        storylines: state?.storylines ?? 0,
        settled: state?.settledSeq !== null,
        missing: state?.missing ?? null,
      });
    }
    if (state != null && state.missing !== null) output.say(`The storylines are ${missingText(state.missing)}.`);
    const next = new NextCommands(command).of('storylines', batchId);
    return output.answer(`Batch ${batchId}: ${counted(state?.storylines ?? 0, 'storyline')}. See: ${next}`);
  });
}

/** @throws {PawlError} `invalid_usage` */
function onlyOf(ids: readonly string[]): string | undefined {
  if (ids.length <= 1) return ids[0];
  throw new PawlError(
    'invalid_usage',
    `Each batch has storylines of its own: link one, or several together with --into NAME, such as: pawl link ${ids.join(' ')} --into all`,
  );
}

/** @throws {PawlError} `missing_file`, `invalid_setting` */
async function weightsFrom(file: string): Promise<string> {
  if (file === BUILTIN) return BUILTIN;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PawlError('missing_file', `The weights ${file} cannot be read.`, { cause: error });
  });
  return JSON.stringify(parseWeights(text, file));
}
