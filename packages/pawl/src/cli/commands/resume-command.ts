import { Command } from '@commander-js/extra-typings';
import type { CommandFactory } from '../cli.ts';
import { withBatchToWorkOn } from '../open-batch.ts';
import { addSettingOptions, dataOption, detachOption, finalJsonOption, pipelineOption } from '../options.ts';
import { RESUMABLE_SETTINGS, resumeBatch } from '../resume-batch.ts';

export const resumeCommand: CommandFactory = (cli) => {
  const command = new Command('resume')
    .summary('go on with a batch')
    .description(
      'Goes on with a batch where it was, after a pause, an interruption, a failure or a crash, or begins one that was only ' +
        'submitted. The input file is not needed. Documents that have an outcome are left alone.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .addOption(detachOption())
    .addOption(finalJsonOption())
    .addOption(pipelineOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl resume\n  pawl resume news --time-limit 1h --detach');
  addSettingOptions(command, RESUMABLE_SETTINGS);
  return command.action((id, options) =>
    withBatchToWorkOn(options.data, id, async (open) => {
      cli.exitCode = await resumeBatch(cli, command, open, options);
    }),
  );
};
