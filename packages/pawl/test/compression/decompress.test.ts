import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressPiece } from '../../src/compression/compress.ts';
import { decompressed } from '../../src/compression/decompress.ts';
import { seededRandom } from '../crash/random.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array, chunkSize = 65_536): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompressed(inChunks(bytes, chunkSize))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A frame that readers pass over (RFC 8878, 3.1.2). */
function skippable(content: string): Buffer {
  const header = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, Buffer.from(content)]);
}

/** Bytes that do not compress, so that frames have several blocks. */
function noise(length: number): Buffer {
  const random = seededRandom(length);
  return Buffer.from(Array.from({ length }, () => random() * 256));
}

describe('reading what is compressed', () => {
  test.each([1, 7, 100, 65_536, 1e9])(
    'reads every frame and member, whatever the chunks (%i bytes)',
    async (chunkSize) => {
      const parts = [Buffer.from('first'), Buffer.from('second '.repeat(1_000)), Buffer.alloc(0), Buffer.from('last')];
      const whole = Buffer.concat(parts);
      for (const compression of ['gzip', 'zstd'] as const) {
        const pieces = await Promise.all(parts.map((part) => compressPiece(part, compression)));
        expect(await unpack(Buffer.concat(pieces), chunkSize)).toEqual(whole);
      }
    },
  );

  test('reads zstd frames of many blocks, with and without a checksum, and passes over skippable ones', async () => {
    const content = noise(400_000);
    const stored = Buffer.concat([
      skippable('a note'),
      zstdCompressSync(content),
      skippable(''),
      await compressPiece(content, 'zstd'),
      zstdCompressSync(Buffer.alloc(300_000, 'x')),
      skippable('the end'),
    ]);
    const whole = Buffer.concat([content, content, Buffer.alloc(300_000, 'x')]);
    expect((await unpack(stored, 10_000)).equals(whole)).toBe(true);
  });

  test('is needed: of two zstd frames Node itself gives one', () => {
    const two = Buffer.concat([zstdCompressSync(Buffer.from('one')), zstdCompressSync(Buffer.from('two'))]);
    expect(zstdDecompressSync(two).toString()).toBe('one');
    expect(gunzipSync(Buffer.concat([gzipSync('one'), gzipSync('two')])).toString()).toBe('onetwo');
  });

  test('passes on what is not compressed, however short', async () => {
    for (const text of ['', '{', '{}', '{"a":1}\n']) expect((await unpack(Buffer.from(text), 1)).toString()).toBe(text);
  });

  test.each(['gzip', 'zstd'] as const)('refuses a %s stream that is cut off anywhere', async (compression) => {
    const first = await compressPiece(Buffer.from('first'), compression);
    const stored = Buffer.concat([first, await compressPiece(noise(3_000), compression)]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: stored.length - 1 }), async (length) => {
        fc.pre(length !== first.length); // whole as far as anybody can see
        await expect(unpack(stored.subarray(0, length), 500)).rejects.toThrow();
      }),
      { numRuns: 60 },
    );
  });

  test('refuses a damaged frame and what is no frame after a frame', async () => {
    const stored = await compressPiece(noise(3_000), 'zstd');
    const damaged = Buffer.from(stored);
    damaged[1_500] = ~(damaged[1_500] ?? 0) & 0xff;
    await expect(unpack(damaged)).rejects.toThrow();
    await expect(unpack(Buffer.concat([stored, Buffer.from('{"a":1}\n')]))).rejects.toThrow();
  });

  test.each(['none', 'gzip', 'zstd'] as const)(
    'lets go of a source that is not read to its end (%s)',
    async (compression) => {
      const piece = noise(200_000);
      const stored = compression === 'none' ? piece : await compressPiece(piece, compression);
      const closed = Promise.withResolvers<void>();
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield stored;
        } finally {
          closed.resolve();
        }
      }
      for await (const chunk of decompressed(endless())) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      await closed.promise;
    },
  );
});
