import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { GivenSettings, SettingsSources } from '../config/resolve-settings.ts';
import { environmentNameOf, SETTINGS, type Setting, YES_NO } from '../config/setting.ts';
import { readSettingsFile } from '../config/settings-file.ts';

const DEFAULT_DATA_FOLDER = './pawl-data';

/** Where the batches are. */
export function dataOption() {
  return new Option('--data <folder>', 'folder of the batches').env('PAWL_DATA').default(DEFAULT_DATA_FOLDER);
}

/** One JSON value on standard output and nothing else there. */
export function jsonOption() {
  return new Option('--json', 'print one JSON value');
}

export function yesOption() {
  return new Option('-y, --yes', 'do not ask');
}

/** Works in a process of its own that outlives this one. */
export function detachOption() {
  return new Option('--detach', 'work in the background; the log is run.log in the folder of the batch');
}

/** How a command that works on a batch shows its end. */
export function finalJsonOption() {
  return new Option('--json', 'print the final status as one JSON value instead of a summary');
}

export function pipelineOption() {
  return new Option(
    '--pipeline <choice>',
    'where the batch was made with another pipeline: keep its results, or replace what differs',
  ).choices(['keep', 'replace'] as const);
}

export function limitOption(what: string) {
  return new Option('--limit <n>', `at most this many ${what}`).argParser(parseCount);
}

/** A whole number from 0. */
function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** Collects the values of an option that may be given more than once. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** Adds a flag for each of the settings, and --config. */
export function addSettingOptions(command: CommandUnknownOpts, settings: readonly Setting[]): void {
  for (const setting of settings) {
    const option = new Option(`--${setting.key} <${setting.placeholder}>`, helpOf(setting)).helpGroup('Settings:');
    command.addOption(setting.repeatable ? option.argParser(collect) : option);
    if (setting.placeholder === YES_NO)
      command.addOption(new Option(`--no-${setting.key}`, `the same as --${setting.key} no`).helpGroup('Settings:'));
  }
  command.addOption(new Option('--config <file>', 'settings file (YAML): keys as these flags').helpGroup('Settings:'));
}

/** What a command was given for settings: by its flags, the environment and a settings file. */
export async function commandSettings(
  command: CommandUnknownOpts,
): Promise<Pick<SettingsSources, 'file' | 'environment' | 'flags'>> {
  const path = settingsFilePath(command);
  return {
    file: path === null ? null : await readSettingsFile(path),
    environment: process.env,
    flags: givenByFlags(command),
  };
}

function givenByFlags(command: CommandUnknownOpts): GivenSettings {
  const values: Record<string, unknown> = command.opts();
  const given: Record<string, string[]> = {};
  for (const option of command.options) {
    const key = option.name();
    const value = values[option.attributeName()];
    if (value === undefined || !SETTINGS.some((setting) => setting.key === key)) continue;
    given[key] = Array.isArray(value) ? value.map(String) : [String(value)];
  }
  return given;
}

/** The settings file, from the flag or the environment; null for none. */
function settingsFilePath(command: CommandUnknownOpts): string | null {
  const { config }: { config?: unknown } = command.opts();
  if (typeof config === 'string') return config;
  const exported = process.env.PAWL_CONFIG?.trim();
  return exported === undefined || exported === '' ? null : exported;
}

function helpOf(setting: Setting): string {
  const summary = setting.summary.replace(/\.$/, '');
  return `${summary.charAt(0).toLowerCase()}${summary.slice(1)}: ${setting.forms} (env: ${environmentNameOf(setting)})`;
}
