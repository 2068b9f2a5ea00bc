import { createHash } from 'node:crypto';
import type { JsonObject } from '../domain/document.ts';

/** SHA-256, hexadecimal, of everything that decides what a stage gives. */
export function fingerprintOf(settings: JsonObject): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
