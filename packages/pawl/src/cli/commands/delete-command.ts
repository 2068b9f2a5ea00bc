import { Command } from '@commander-js/extra-typings';
import { openStore } from '../../composition.ts';
import { PawlError } from '../../domain/errors.ts';
import { liveRun } from '../../engine/live-run.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { confirm } from '../confirm.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, yesOption } from '../options.ts';
import { counted } from '../terminal/quantity.ts';

export const deleteCommand: CommandFactory = ({ output }) =>
  new Command('delete')
    .summary('delete a batch and its outputs')
    .description(
      'Deletes a batch: its documents, results, history and outputs. Asks first; refuses while a runner works on it.',
    )
    .argument('<id>', 'batch or job id')
    .addOption(yesOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExample:\n  pawl delete news --yes')
    .action(async (id, options) => {
      const batchId = await withBatch(options.data, id, async ({ checkpoint, batchId, folder }) => {
        const batch = await checkpoint.batch();
        const holder = await liveRun(checkpoint, systemClock.now());
        if (holder !== null) {
          const { pid, host } = holder.runner;
          throw new PawlError(
            'batch_is_running',
            `Batch ${batchId} is being run by process ${pid} on ${host}; it was not deleted.`,
          );
        }
        const results = counted(batch.processed, 'result');
        await confirm(`Delete batch ${batchId} with ${results}, and everything in ${folder}?`, options.yes ?? false);
        return batchId;
      });
      await openStore(options.data).delete(batchId);
      await output.answer(`Batch ${batchId} is deleted.`);
    });
