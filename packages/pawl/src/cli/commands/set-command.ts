import { Command } from '@commander-js/extra-typings';
import { nearMatch } from '../../config/near-match.ts';
import { changeSetting, checkTogether } from '../../config/resolve-settings.ts';
import { findSetting, SETTINGS, type Setting } from '../../config/setting.ts';
import { settingsChange } from '../../config/settings-change.ts';
import type { BatchSettings } from '../../domain/batch.ts';
import { PawlError } from '../../domain/errors.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption } from '../options.ts';
import { terminalText } from '../terminal/terminal-text.ts';

interface Change {
  readonly setting: Setting;
  readonly texts: string[];
}

const SETTABLE = SETTINGS.filter(({ takesEffect }) => takesEffect !== 'pipeline');

export const setCommand: CommandFactory = ({ output, by }) =>
  new Command('set')
    .summary('change settings of a batch, also while it runs')
    .description(
      'Changes settings of a batch, also while it runs. Keys are the flags of pawl run without their dashes; a key that ' +
        'may be given more than once is given as often. The pipeline is changed with pawl run --pipeline replace.',
    )
    .usage('[id] <key=value...> [options]')
    .argument('<key=value...>', 'settings, after the batch or job id (default: the batch used last)')
    .addOption(dataOption())
    .addHelpText('after', `\n${describeKeys()}\n\nExample:\n  pawl set news concurrency=8 time-limit=2h`)
    .action(async (words, options) => {
      const id = words[0]?.includes('=') ? undefined : words[0];
      const changes = parseChanges(id === undefined ? words : words.slice(1));
      await withBatch(options.data, id, async ({ checkpoint, batchId }) => {
        const before = (await checkpoint.batch()).settings;
        const settings = changes.reduce(applyChange, before);
        checkTogether(settings, new Map());
        await checkpoint.updateSettings(settings, settingsChange(before, settings), { atMs: systemClock.now(), by });
        for (const { setting } of changes) {
          const value = terminalText(setting.write(settings).join(' '));
          await output.answer(
            `${batchId}: ${setting.key} is ${value === '' ? 'none' : value}${EFFECT[setting.takesEffect]}`,
          );
        }
      });
    });

const EFFECT: Readonly<Record<Setting['takesEffect'], string>> = {
  'at-once': '',
  'next-run': ', from the next run on',
  'next-input': ', for input accepted from now on',
  pipeline: '',
};

/** @throws {PawlError} `invalid_setting` */
function parseChanges(words: readonly string[]): Change[] {
  const changes: Change[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) throw new PawlError('invalid_setting', `"${word}" is not key=value, such as concurrency=8.`);
    const setting = settable(word.slice(0, equals));
    const known = changes.find((change) => change.setting === setting);
    if (known === undefined) changes.push({ setting, texts: [word.slice(equals + 1)] });
    else if (setting.repeatable) known.texts.push(word.slice(equals + 1));
    else throw new PawlError('invalid_setting', `${setting.key} is given twice.`);
  }
  if (changes.length === 0)
    throw new PawlError('invalid_setting', 'Give at least one key=value, such as concurrency=8.');
  return changes;
}

function settable(key: string): Setting {
  const setting = findSetting(key);
  if (setting !== undefined && SETTABLE.includes(setting)) return setting;
  if (setting !== undefined) {
    throw new PawlError(
      'invalid_setting',
      `${key} is part of the pipeline: change it with pawl run FILE --${key} ... --pipeline replace.`,
    );
  }
  const keys = SETTABLE.map((other) => other.key);
  const near = nearMatch(key, keys);
  const hint = near === undefined ? `There are: ${keys.join(', ')}.` : `Did you mean "${near}"?`;
  throw new PawlError('invalid_setting', `There is no setting "${key}". ${hint}`);
}

function applyChange(settings: BatchSettings, { setting, texts }: Change): BatchSettings {
  return changeSetting(settings, setting, texts, { kind: 'batch' });
}

function describeKeys(): string {
  return ['Settings:', ...SETTABLE.map(({ key, forms }) => `  ${key}: ${forms}`)].join('\n');
}
