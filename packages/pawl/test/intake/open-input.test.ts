import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openInput } from '../../src/intake/open-input.ts';

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-input-'));
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return { folder, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

async function readAll(path: string, standardInput?: Readable) {
  const input = await openInput(path, standardInput);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of input.chunks()) chunks.push(chunk);
    return { ...input, text: Buffer.concat(chunks).toString('utf8') };
  } finally {
    await input.close();
  }
}

const TEXT = `${'{"text":"one line of many"}\n'.repeat(20_000)}`;

describe('an input', () => {
  test('is decompressed by its first bytes, whatever its name says', async () => {
    using world = setup();
    for (const name of ['a.jsonl', 'a.jsonl.gz', 'a.jsonl.zst']) {
      for (const content of [Buffer.from(TEXT), gzipSync(TEXT), zstdCompressSync(TEXT)]) {
        const input = await readAll(world.write(name, content));
        expect(input.text === TEXT).toBe(true);
        expect(input.sha256()).toBe(createHash('sha256').update(content).digest('hex'));
        expect(input.bytesRead()).toBe(content.length);
        expect(input.sizeBytes).toBe(content.length);
      }
    }
  });

  test('is hashed to its end, also where padding follows a gzip stream', async () => {
    using world = setup();
    const path = world.write('a.gz', Buffer.concat([gzipSync(TEXT), Buffer.alloc(600_000)]));
    const input = await readAll(path);
    expect(input.text === TEXT).toBe(true);
    expect(input.sha256()).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  });

  test('is recognised by size and modification time; a stream is not', async () => {
    using world = setup();
    const path = world.write('a.jsonl', TEXT);
    const first = await readAll(path);
    expect(first.source).toEqual({ name: 'a.jsonl', fingerprint: expect.stringMatching(/^\d+:/) });
    expect((await readAll(path)).source).toEqual(first.source);
    appendFileSync(path, '\n');
    expect((await readAll(path)).source).not.toEqual(first.source);
    const stream = await readAll('-', Readable.from([Buffer.from('{"text"'), Buffer.from(':"t"}')]));
    expect(stream).toMatchObject({ text: '{"text":"t"}', sizeBytes: null, source: { name: '-', fingerprint: null } });
  });

  test('may be a named pipe', async () => {
    using world = setup();
    const path = join(world.folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const writing = import('node:fs/promises').then((fs) => fs.writeFile(path, TEXT));
    const input = await readAll(path);
    await writing;
    expect(input.text === TEXT).toBe(true);
    expect(input).toMatchObject({ sizeBytes: null, source: { name: 'pipe', fingerprint: null } });
  });

  test('G11 that is not there, or is a folder, is refused by name', async () => {
    using world = setup();
    const file = world.write('file', '');
    for (const [path, why] of [
      [join(world.folder, 'none.jsonl'), 'does not exist'],
      [join(file, 'none.jsonl'), 'does not exist'],
      [world.folder, 'is a folder'],
      [`${file}\u0000`, 'cannot be opened'],
    ] as const) {
      await expect(openInput(path)).rejects.toMatchObject({
        code: 'missing_file',
        message: expect.stringContaining(`${path} ${why}`),
      });
    }
  });

  test('G11 of which not even the beginning can be read is refused at once', async () => {
    using world = setup();
    for (const content of [gzipSync(TEXT).subarray(0, 15), zstdCompressSync(TEXT).subarray(0, 9)]) {
      await expect(openInput(world.write('broken', content))).rejects.toMatchObject({ code: 'input_unreadable' });
    }
  });

  test('that is cut off gives what it has, then says so', async () => {
    using world = setup();
    const noise = Array.from({ length: 30_000 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex')).join(
      '\n',
    );
    for (const whole of [gzipSync(noise), zstdCompressSync(noise)]) {
      const path = world.write('cut', whole.subarray(0, whole.length - 100));
      const input = await openInput(path);
      let text = '';
      const read = (async () => {
        for await (const chunk of input.chunks()) text += Buffer.from(chunk).toString('latin1');
      })();
      await expect(read).rejects.toMatchObject({
        code: 'input_unreadable',
        message: `${path} cannot be read to its end: it is damaged or cut off (unexpected end of file).`,
      });
      expect(text.length).toBeGreaterThan(noise.length / 2);
      expect(noise.startsWith(text)).toBe(true);
      await input.close();
      expect(statSync(path).size).toBeGreaterThan(0);
    }
  });
});
