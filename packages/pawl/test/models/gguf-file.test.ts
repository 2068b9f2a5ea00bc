import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readGgufFile } from '../../src/models/gguf-file.ts';
import { type GgufMetadata, readGgufMetadata } from '../../src/models/gguf-metadata.ts';
import { seededRandom } from '../crash/random.ts';
import { tinyEmbeddingGguf } from './tiny-embedding-gguf.ts';
import { tinyGguf } from './tiny-gguf.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const folder = mkdtempSync(join(tmpdir(), 'pawl-gguf-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, bytes: Buffer | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const metadataOf = (file: Buffer): GgufMetadata =>
  readGgufMetadata((buffer, position) => file.copy(buffer, 0, Math.min(position, file.length)));

describe('a GGUF file', () => {
  test('says what it is and how it makes a vector of a text, without being loaded', () => {
    const path = write('embed.gguf', tinyEmbeddingGguf(seededRandom(1)));
    expect(readGgufFile(path)).toMatchObject({ path, architecture: 'bert', poolingType: 1 });
    expect(readGgufFile(write('chat.gguf', tinyGguf(seededRandom(1))))).toMatchObject({
      architecture: 'llama',
      poolingType: null,
    });
  });

  test('has a name of its own: training, which changes its weights and nothing else, changes it', () => {
    const names = [1, 2, 1].map((seed) => readGgufFile(write('m.gguf', tinyGguf(seededRandom(seed)))).name);
    expect(names[0]).toMatch(/^m\.gguf [0-9a-f]{10}$/);
    expect(names[1]).not.toBe(names[0]);
    expect(names[2]).toBe(names[0]);
  });

  test.each([
    ['a text', 'Once upon a time', /does not begin with GGUF/],
    ['nothing', '', /damaged, or was not downloaded to its end/],
    ['version 1', Buffer.from('GGUF\u0001\0\0\0'), /version 1, and only 2 and 3/],
    ['no keys', Buffer.concat([Buffer.from('GGUF\u0003\0\0\0'), Buffer.alloc(16)]), /does not say what kind of model/],
    ['endless keys', Buffer.concat([Buffer.from('GGUF\u0003\0\0\0'), Buffer.alloc(16, 0xff)]), /damaged/],
  ])('that is %s is refused in one sentence', (_, bytes, why) => {
    expect(() => readGgufFile(write('bad.gguf', bytes))).toThrow(why);
    expect(() => readGgufFile(write('bad.gguf', bytes))).toThrow(/bad\.gguf is no GGUF model/);
  });

  test('that is not there, or is a folder, is refused with how files are named', () => {
    for (const path of [join(folder, 'none.gguf'), folder]) expect(() => readGgufFile(path)).toThrow(/write gguf:FILE/);
  });

  test(`cut off or overwritten anywhere is read or refused, and never anything else (seed ${SEED})`, () => {
    const whole = tinyEmbeddingGguf(seededRandom(1)).subarray(0, 4_000);
    const place = fc.nat({ max: whole.length - 1 });
    fc.assert(
      fc.property(place, fc.array(fc.tuple(place, fc.nat({ max: 255 })), { maxLength: 20 }), (end, changes) => {
        const file = Buffer.from(whole.subarray(0, end));
        for (const [at, byte] of changes) if (at < file.length) file[at] = byte;
        expect(['model', 'none']).toContain(metadataOf(file).kind);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});
