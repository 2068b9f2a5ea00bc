import type { ResolvedSettings, SettingOrigin } from './resolve-settings.ts';
import { SETTINGS } from './setting.ts';

/** One setting with its value and where that comes from. */
export interface ExplainedSetting {
  readonly key: string;
  /** As it would be given; one text unless the setting may be given more than once. */
  readonly value: readonly string[];
  /** For people: `flag --concurrency`, `PAWL_CONCURRENCY`, `pawl.yaml`, `batch`, `default`. */
  readonly origin: string;
  readonly summary: string;
}

/** Every setting in the order of the table. */
export function explainSettings({ settings, origins }: ResolvedSettings): ExplainedSetting[] {
  return SETTINGS.map((setting) => ({
    key: setting.key,
    value: setting.write(settings),
    origin: describeOrigin(origins.get(setting.key) ?? { kind: 'default' }),
    summary: setting.summary,
  }));
}

function describeOrigin(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'flag':
      return `flag ${origin.flag}`;
    case 'environment':
      return origin.name;
    case 'file':
      return origin.path;
    case 'batch':
    case 'default':
      return origin.kind;
  }
}
