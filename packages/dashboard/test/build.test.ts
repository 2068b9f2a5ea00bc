import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildWhenStale } from '../build.mjs';

const dist = join(import.meta.dirname, '..', 'dist');
const MOST_BYTES = 150_000;

describe('the built page', () => {
  beforeAll(buildWhenStale);

  test(`is less than ${MOST_BYTES / 1000} kB to load, compressed`, () => {
    const sizes = files().map((path) => gzipSync(readFileSync(join(dist, path))).length);
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  test('has no script, style or event handler in its HTML, which its policy would refuse', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
  });

  test('names no other host: all it loads comes from where it came from', () => {
    for (const path of files()) {
      const addresses = readFileSync(join(dist, path), 'utf8').match(/https?:\/\/[\w.-]+/g) ?? [];
      expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([]); // a name of XML, not an address
    }
  });
});

function files(): string[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1));
}
