import { Command } from '@commander-js/extra-typings';
import { acceptDocuments, addAllSettings, batchOption, reprocessOption } from '../accept-documents.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatchToWorkOn } from '../open-batch.ts';
import { dataOption, detachOption, finalJsonOption, pipelineOption } from '../options.ts';
import { resumeBatch } from '../resume-batch.ts';

export const runCommand: CommandFactory = (cli) => {
  const command = new Command('run')
    .summary('accept documents and process them')
    .description(
      'Accepts the documents of a file, processes them, and delivers the results, with live progress. Whatever ends it, the ' +
        'same command carries on where it was: no document is processed twice. Ctrl-C once ends gracefully, twice at once.',
    )
    .argument('<file>', 'JSON lines, plain, .gz or .zst; - for standard input')
    .addOption(batchOption())
    .addOption(detachOption())
    .addOption(finalJsonOption())
    .addOption(pipelineOption())
    .addOption(reprocessOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl run news.jsonl\n  pawl run news.jsonl.gz --batch june --concurrency 8 --time-limit 2h\n' +
        '  zcat *.gz | pawl run - --batch all --max-failures 5% --detach\n' +
        '  pawl run news.jsonl --entities http:https://ner.example/v1 --between 20:00-06:00',
    );
  addAllSettings(command);
  return command.action(async (file, options) => {
    const { batchId } = await acceptDocuments(cli, command, file, options, false);
    await withBatchToWorkOn(options.data, batchId, async (open) => {
      cli.exitCode = await resumeBatch(cli, command, open, options);
    });
  });
};
