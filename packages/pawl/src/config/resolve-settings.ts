import type { BatchSettings } from '../domain/batch.ts';
import { type ErrorCode, PawlError } from '../domain/errors.ts';
import { environmentNameOf, SETTINGS, type Setting } from './setting.ts';
import type { SettingsFile } from './settings-file.ts';
import { batchSettingsSchema } from './settings-schema.ts';

/** Where the value of a setting comes from. */
export type SettingOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'batch' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** Texts of settings by key, as flags give them. */
export type GivenSettings = Readonly<Record<string, readonly string[] | undefined>>;

export interface SettingsSources {
  /** What counts where nobody says otherwise: the defaults, or the settings of a batch that exists. */
  readonly base: BatchSettings;
  readonly baseOrigin: 'default' | 'batch';
  /** The settings that may be given here; the others stay as the base has them. */
  readonly among: readonly Setting[];
  readonly file: SettingsFile | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: GivenSettings;
}

export interface ResolvedSettings {
  readonly settings: BatchSettings;
  /** By key; every setting has one. */
  readonly origins: ReadonlyMap<string, SettingOrigin>;
}

/**
 * Puts settings together: flags win over the environment, that over the file, that over the base.
 * @throws {PawlError} `invalid_flag`, `invalid_setting`: names what was given, where, and what is allowed
 */
export function resolveSettings(sources: SettingsSources): ResolvedSettings {
  let settings = sources.base;
  const origins = new Map<string, SettingOrigin>();
  for (const setting of SETTINGS) {
    const given = sources.among.includes(setting) ? givenFor(setting, sources) : null;
    origins.set(setting.key, given?.origin ?? { kind: sources.baseOrigin });
    if (given !== null) settings = changeSetting(settings, setting, given.texts, given.origin);
  }
  return { settings: checkTogether(settings, origins), origins };
}

/** Changes one setting by its texts and checks the bounds of the value. @throws {PawlError} `invalid_flag`, `invalid_setting` */
export function changeSetting(
  settings: BatchSettings,
  setting: Setting,
  texts: readonly string[],
  origin: SettingOrigin,
): BatchSettings {
  const changed = setting.apply(settings, texts);
  const place = placeOf(setting, origin);
  if (changed === null) {
    throw new PawlError(codeOf(origin), `${place}: "${texts.join(' ')}" is not allowed; give ${setting.forms}.`);
  }
  const issue = batchSettingsSchema
    .safeParse(changed)
    .error?.issues.find(({ path, code }) => path[0] === setting.field && code !== 'custom');
  if (issue !== undefined) {
    throw new PawlError(codeOf(origin), `${place}: "${texts.join(' ')}" is not allowed: it ${issue.message}.`);
  }
  return changed;
}

/** Checks settings against each other. @throws {PawlError} `invalid_setting` */
export function checkTogether(settings: BatchSettings, origins: ReadonlyMap<string, SettingOrigin>): BatchSettings {
  const issue = batchSettingsSchema.safeParse(settings).error?.issues[0];
  if (issue === undefined) return settings;
  const setting = SETTINGS.find(({ field }) => field === issue.path[0]);
  if (setting === undefined) throw new PawlError('invalid_setting', `${issue.path.join('.')}: ${issue.message}.`);
  const origin = origins.get(setting.key) ?? { kind: 'default' };
  const value = setting.write(settings).join(' ');
  throw new PawlError(codeOf(origin), `${placeOf(setting, origin)}: "${value}" ${issue.message}.`);
}

function givenFor(
  setting: Setting,
  { file, environment, flags }: SettingsSources,
): { readonly texts: readonly string[]; readonly origin: SettingOrigin } | null {
  const flagged = flags[setting.key];
  if (flagged !== undefined) return { texts: flagged, origin: { kind: 'flag', flag: `--${setting.key}` } };
  const name = environmentNameOf(setting);
  const exported = environment[name];
  if (exported !== undefined && exported.trim() !== '') {
    return { texts: setting.repeatable ? linesOf(exported) : [exported], origin: { kind: 'environment', name } };
  }
  const filed = file?.given[setting.key];
  return file === null || filed === undefined ? null : { texts: filed, origin: { kind: 'file', path: file.path } };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function codeOf(origin: SettingOrigin): ErrorCode {
  return origin.kind === 'flag' ? 'invalid_flag' : 'invalid_setting';
}

function placeOf(setting: Setting, origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'flag':
      return origin.flag;
    case 'environment':
      return origin.name;
    case 'file':
      return `${origin.path}, ${setting.key}`;
    case 'batch':
    case 'default':
      return setting.key;
  }
}
