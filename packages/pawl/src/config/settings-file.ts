import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { messageOf, PawlError } from '../domain/errors.ts';
import { nearMatch } from './near-match.ts';
import { findSetting, SETTINGS } from './setting.ts';

/** What a settings file says, as texts by key; the path is as the user gave it. */
export interface SettingsFile {
  readonly path: string;
  readonly given: Readonly<Record<string, readonly string[]>>;
}

const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads a YAML file of settings: keys are those of the flags, values are written as for them, lists where a flag may be
 * given more than once.
 * @throws {PawlError} `missing_file`; `invalid_setting` for what is no YAML mapping, and for an unknown or repeated key
 */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new PawlError('missing_file', `The settings file ${path} cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  return { path, given: parseSettingsFile(path, text) };
}

/** @throws {PawlError} `invalid_setting` */
export function parseSettingsFile(path: string, text: string): SettingsFile['given'] {
  if (text.length > MAX_FILE_BYTES) throw new PawlError('invalid_setting', `${path} is too large for a settings file.`);
  const document = parseDocument(text, { schema: 'core', prettyErrors: true });
  const problem = document.errors[0];
  if (problem !== undefined)
    throw new PawlError('invalid_setting', `${path} is not YAML: ${firstLine(problem.message)}`);
  const content: unknown = document.toJS({ maxAliasCount: 0 });
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new PawlError('invalid_setting', `${path} must hold "key: value" lines, such as "concurrency: 8".`);
  }
  return settingTexts(path, content);
}

/**
 * The values of an object of settings as texts, as a flag would give them.
 * @param place where it is from, for messages
 * @throws {PawlError} `invalid_setting` for an unknown key, or a value that is neither text nor a number
 */
export function settingTexts(place: string, content: object): SettingsFile['given'] {
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, textsOf(place, key, value)]));
}

function textsOf(path: string, key: string, value: unknown): string[] {
  const setting = findSetting(key);
  if (setting === undefined)
    throw new PawlError('invalid_setting', `${path}: there is no setting "${key}". ${suggest(key)}`);
  if (Array.isArray(value)) {
    if (!setting.repeatable) throw new PawlError('invalid_setting', `${path}, ${key}: takes one value, not a list.`);
    return value.map((item) => textOf(path, key, item));
  }
  return [textOf(path, key, value)];
}

function textOf(path: string, key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value === null) return 'none';
  throw new PawlError('invalid_setting', `${path}, ${key}: give ${findSetting(key)?.forms}.`);
}

/** Names the setting that was probably meant, else all of them. */
function suggest(key: string): string {
  const keys = SETTINGS.map((setting) => setting.key);
  const near = nearMatch(key, keys);
  return near === undefined ? `There are: ${keys.join(', ')}.` : `Did you mean "${near}"?`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
