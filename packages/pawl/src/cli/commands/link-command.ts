import { readFile } from 'node:fs/promises';
import { Command } from '@commander-js/extra-typings';
import { PawlError } from '../../domain/errors.ts';
import { parseWeights } from '../../storylines/link-weights.ts';
import { linkBatch } from '../../work/link-batch.ts';
import type { CommandFactory } from '../cli.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatchToWorkOn } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { counted } from '../terminal/quantity.ts';

const BUILTIN = 'builtin';

export const linkCommand: CommandFactory = ({ output, by }) =>
  new Command('link')
    .summary('link the events of a batch into storylines again')
    .description(
      'Links the events of a batch that nobody works on, without touching its documents: what is new since it was last linked, ' +
        'or with other weights everything. Storylines keep their ids as far as they stay what they are.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--weights <file>', 'link with the weights of this file from now on; builtin for those that come with pawl')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl link\n  pawl link news --weights strict.json\n  pawl link news --weights builtin',
    )
    .action(async (id, options, command) => {
      const weights = options.weights === undefined ? null : await weightsFrom(options.weights);
      await withBatchToWorkOn(options.data, id, async ({ checkpoint, folder, batchId }) => {
        await linkBatch({ checkpoint, folder }, { weights, by, signal: new AbortController().signal });
        const state = await checkpoint.linking();
        if (options.json) {
          return output.json({
            batch_id: batchId,
            storylines: state?.storylines ?? 0,
            settled: state?.settledSeq !== null,
          });
        }
        const next = new NextCommands(command).of('storylines', batchId);
        return output.answer(`Batch ${batchId}: ${counted(state?.storylines ?? 0, 'storyline')}. See: ${next}`);
      });
    });

/** @throws {PawlError} `missing_file`, `invalid_setting` */
async function weightsFrom(file: string): Promise<string> {
  if (file === BUILTIN) return BUILTIN;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PawlError('missing_file', `The weights ${file} cannot be read.`, { cause: error });
  });
  return JSON.stringify(parseWeights(text, file));
}
