import { Command } from '@commander-js/extra-typings';
import { describeBatch } from '../../engine/describe-batch.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { acceptDocuments, addAllSettings, batchOption, reprocessOption } from '../accept-documents.ts';
import { identityLines } from '../background.ts';
import type { CommandFactory } from '../cli.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, finalJsonOption, pipelineOption } from '../options.ts';

export const submitCommand: CommandFactory = (cli) => {
  const command = new Command('submit')
    .summary('accept documents only')
    .description(
      'Accepts the documents of a file into a batch and ends; pawl resume processes them. When it has returned, the file may ' +
        'be deleted. A batch that is being worked on takes the new documents up.',
    )
    .argument('<file>', 'JSON lines, plain, .gz or .zst; - for standard input')
    .addOption(batchOption())
    .addOption(finalJsonOption())
    .addOption(pipelineOption())
    .addOption(reprocessOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl submit news.jsonl\n  pawl submit more.jsonl --batch news');
  addAllSettings(command);
  return command.action(async (file, options) => {
    const { batchId } = await acceptDocuments(cli, command, file, options, true);
    await withBatch(options.data, batchId, async ({ checkpoint }) => {
      const view = await describeBatch(checkpoint, systemClock.now());
      if (options.json) return cli.output.json(view);
      await cli.output.answer(...identityLines(view));
      if (view.runner === null && view.remaining > 0) {
        cli.output.say(`Process them with: ${new NextCommands(command).of('resume', batchId)}`);
      }
    });
  });
};
