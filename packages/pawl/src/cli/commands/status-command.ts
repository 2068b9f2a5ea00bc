import { Command } from '@commander-js/extra-typings';
import { describeBatch } from '../../engine/describe-batch.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { renderCheckpoint } from '../render-checkpoint.ts';
import { renderStatus } from '../render-status.ts';

export const statusCommand: CommandFactory = ({ output }) =>
  new Command('status')
    .summary('say how far a batch is')
    .description('Says how far a batch is, who works on it, and what its stages and sinks are doing.')
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--checkpoint', 'also list the documents processed last and those that failed')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl status\n  pawl status news --json | jq .progress_percentage')
    .action(async (id, options) => {
      await withBatch(options.data, id, async ({ checkpoint }) => {
        const nowMs = systemClock.now();
        const view = await describeBatch(checkpoint, nowMs);
        if (options.json) return output.json(view);
        const lines = options.checkpoint
          ? await renderCheckpoint(view, checkpoint)
          : renderStatus(view, output.style, nowMs);
        return output.answer(...lines);
      });
    });
