import { Command } from '@commander-js/extra-typings';
import { openBatchFolder, sinkFiles } from '../../composition.ts';
import { verifyFolder } from '../../receipt/verify-folder.ts';
import type { CommandFactory } from '../cli.ts';
import { EXIT } from '../exit-code.ts';
import { jsonOption } from '../options.ts';
import { renderFindings } from '../render-findings.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const verifyCommand: CommandFactory = (cli) =>
  new Command('verify')
    .summary('prove that a folder of a batch is complete and unchanged')
    .description(
      'Proves with the folder of a batch alone, wherever it was copied, that nothing in it is missing, doubled or changed since ' +
        'its receipt was written. Ends with exit code 1 when something is.',
    )
    .argument('<folder>', 'folder of a batch')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  pawl verify pawl-data/batches/news')
    .action(async (folder, options) => {
      const checkpoint = openBatchFolder(folder);
      try {
        const { settings } = await checkpoint.batch();
        const findings = await verifyFolder(folder, checkpoint, sinkFiles(settings, folder));
        if (findings.length > 0) cli.exitCode = EXIT.error;
        if (options.json) return await cli.output.json({ folder, findings });
        const shown = terminalText(folder);
        return await cli.output.answer(
          ...renderFindings(findings, shown, `${shown} is whole: nothing is missing, doubled or changed.`),
        );
      } finally {
        await checkpoint.close();
      }
    });
