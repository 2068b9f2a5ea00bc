import type { BatchSettings } from '../domain/batch.ts';
import type { JsonObject } from '../domain/document.ts';
import { SETTINGS } from './setting.ts';

/** What differs between two sets of settings, by key, for the history; empty when nothing does. */
export function settingsChange(from: BatchSettings, to: BatchSettings): JsonObject {
  const change: Record<string, JsonObject> = {};
  for (const setting of SETTINGS) {
    const [before, after] = [setting.write(from), setting.write(to)];
    if (before.join('\n') !== after.join('\n')) change[setting.key] = { from: [...before], to: [...after] };
  }
  return change;
}
