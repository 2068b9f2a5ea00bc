import { Command } from '@commander-js/extra-typings';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { explainSettings } from '../../config/explain-settings.ts';
import { type ResolvedSettings, resolveSettings } from '../../config/resolve-settings.ts';
import { SETTINGS } from '../../config/setting.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { addSettingOptions, commandSettings, dataOption, jsonOption } from '../options.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { textTable } from '../terminal/text-table.ts';

export const configCommand: CommandFactory = ({ output }) => {
  const command = new Command('config')
    .summary('explain the settings and where each comes from')
    .description(
      'Prints every setting with its value and where that comes from: a flag, the environment, the settings file, the batch ' +
        '(with an id), or the default. Flags win over the environment, that over the file.',
    )
    .argument('[id]', 'batch or job id; default: what a new batch would get')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl config\n  pawl config news\n  pawl config --config pawl.yaml --concurrency 8',
    )
    .action(async (id, options) => {
      const sources = {
        ...(await commandSettings(command)),
        among: SETTINGS,
      };
      const resolved: ResolvedSettings =
        id === undefined
          ? resolveSettings({ base: DEFAULT_SETTINGS, baseOrigin: 'default', ...sources })
          : await withBatch(options.data, id, async ({ checkpoint }) => {
              const { settings } = await checkpoint.batch();
              return resolveSettings({ base: settings, baseOrigin: 'batch', ...sources });
            });
      const explained = explainSettings(resolved);
      if (options.json) return output.json(explained);
      const rows = explained.map(({ key, value, origin }) => [
        key,
        value.length === 0 ? 'none' : terminalText(value.join(' ')),
        output.style.dim(terminalText(origin)),
      ]);
      return output.answer(...textTable(rows));
    });
  addSettingOptions(command, SETTINGS);
  return command;
};
