import { execFile } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredResult } from '../../src/checkpoint/checkpoint.ts';
import type { Compression } from '../../src/compression/compression.ts';
import { decompressed } from '../../src/compression/decompress.ts';
import { createSinks } from '../../src/delivery/create-sink.ts';
import type { Sink } from '../../src/delivery/sink.ts';
import type { JsonObject } from '../../src/domain/document.ts';
import { resultOf } from './delivered-batch.ts';

const PATIENT = new AbortController().signal;
const COMPRESSIONS = [null, 'gzip', 'zstd'] as const;
const ENDINGS = { none: '', gzip: '.gz', zstd: '.zst' };

function setup(compression: Compression | null = null, options: JsonObject = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-jsonl-'));
  const settings = { ...(compression === null ? {} : { compression }), ...options };
  const open = () => createSinks([{ name: 'jsonl', kind: 'jsonl', options: settings }], folder)[0] as Sink;
  const path = join(folder, `documents.jsonl${ENDINGS[compression ?? 'none']}`);
  return { folder, path, open, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function results(first: number, count: number): StoredResult[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = first + i;
    return {
      resultSeq: seq,
      documentId: `d${seq}`,
      committedAtMs: 0,
      storylineId: null,
      result: Buffer.from(resultOf(seq)),
    };
  });
}

const textOf = (count: number) => Array.from({ length: count }, (_, i) => `${resultOf(i + 1)}\n`).join('');

/** What is in a file, as a reader sees it who knows of compression. */
async function read(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  async function* stored() {
    yield readFileSync(path);
  }
  for await (const chunk of decompressed(stored())) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('the JSON lines sink', () => {
  test.each(COMPRESSIONS)(
    'writes one line a result, and nothing is missing at any moment (%s)',
    async (compression) => {
      using world = setup(compression);
      const sink = world.open();
      let position = await sink.start(null);
      for (let written = 0; written < 9; written += 3) {
        position = await sink.write(results(written + 1, 3), position, PATIENT);
        expect(await read(world.path)).toBe(textOf(written + 3));
        expect(await sink.check(position, written + 3)).toEqual([]);
      }
      await sink.close();
    },
  );

  test('leaves a compressed file as one stream, which readers of a single frame see whole', async () => {
    for (const [compression, unpack] of [
      ['gzip', gunzipSync],
      ['zstd', zstdDecompressSync],
    ] as const) {
      using world = setup(compression);
      const sink = world.open();
      let position = await sink.start(null);
      for (let seq = 1; seq <= 40; seq++) position = await sink.write(results(seq, 1), position, PATIENT);
      const grown = statSync(world.path).size;
      position = await sink.finish(position, PATIENT);
      expect(unpack(readFileSync(world.path)).toString('utf8')).toBe(textOf(40));
      expect(statSync(world.path).size).toBeLessThan(grown / 2);
      expect(await sink.check(position, 40)).toEqual([]);
      expect(await sink.finish(position, PATIENT)).toEqual(position);
      expect(await sink.recover(position)).toBe('ready');
      position = await sink.write(results(41, 2), position, PATIENT);
      await sink.finish(position, PATIENT);
      expect(unpack(readFileSync(world.path)).toString('utf8')).toBe(textOf(42));
      expect(readdirSync(world.folder)).toHaveLength(1);
      await sink.close();
    }
  });

  test('gives up making one stream when it is told to, and leaves the file as it was', async () => {
    using world = setup('zstd');
    const sink = world.open();
    let position = await sink.start(null);
    for (let seq = 1; seq <= 5; seq++) position = await sink.write(results(seq, 1), position, PATIENT);
    await expect(sink.finish(position, AbortSignal.abort())).rejects.toThrow();
    expect(readdirSync(world.folder)).toHaveLength(1);
    expect(await sink.recover(position)).toBe('ready');
    expect(await read(world.path)).toBe(textOf(5));
    await sink.close();
  });

  test('G2 killed after it made one stream, before that was saved, delivers anew', async () => {
    using world = setup('zstd');
    const sink = world.open();
    let position = await sink.start(null);
    for (let seq = 1; seq <= 5; seq++) position = await sink.write(results(seq, 1), position, PATIENT);
    await sink.finish(position, PATIENT);
    await sink.close();
    const heir = world.open();
    expect(await heir.recover(position)).toBe('lost');
    await heir.close();
  });

  test('G2 cuts a torn last line off', async () => {
    using world = setup();
    const sink = world.open();
    const position = await sink.write(results(1, 3), await sink.start(null), PATIENT);
    appendFileSync(world.path, resultOf(4).slice(0, 20));
    expect(await sink.check(position, 3)).toEqual([expect.stringMatching(/has \d+ bytes; the checkpoint says \d+/)]);
    expect(await sink.recover(position)).toBe('ready');
    await sink.write(results(4, 1), position, PATIENT);
    expect(await read(world.path)).toBe(textOf(4));
    await sink.close();
  });

  test.each<[string, (path: string) => void]>([
    ['shorter', (path) => truncateSync(path, 10)],
    ['gone', (path) => rmSync(path)],
    ['another of the same length', (path) => writeFileSync(path, 'x'.repeat(statSync(path).size))],
    ['another that is longer', (path) => writeFileSync(path, 'x'.repeat(10 + statSync(path).size))],
  ])('G2 says that its file is lost when it is %s', async (_, harm) => {
    using world = setup();
    const sink = world.open();
    const position = await sink.write(results(1, 3), await sink.start(null), PATIENT);
    harm(world.path);
    expect(await sink.check(position, 3)).toHaveLength(1);
    expect(await sink.recover(position)).toBe('lost');
    await sink.close();
  });

  test('G2 writes neither after a hole nor after foreign bytes when somebody cuts or extends the file meanwhile', async () => {
    for (const harm of [(path: string) => truncateSync(path, 0), (path: string) => appendFileSync(path, 'mine\n')]) {
      using world = setup();
      const sink = world.open();
      const position = await sink.write(results(1, 3), await sink.start(null), PATIENT);
      harm(world.path);
      const harmed = readFileSync(world.path);
      await expect(sink.write(results(4, 1), position, PATIENT)).rejects.toMatchObject({ code: 'data_unwritable' });
      expect(readFileSync(world.path)).toEqual(harmed);
      await sink.close();
    }
  });

  test('G2 notices at the end that its file was moved away while it was open', async () => {
    using world = setup();
    const sink = world.open();
    const position = await sink.write(results(1, 3), await sink.start(null), PATIENT);
    renameSync(world.path, `${world.path}.old`);
    await expect(sink.finish(position, PATIENT)).rejects.toMatchObject({ code: 'data_unwritable' });
    expect(await sink.recover(position)).toBe('lost');
    await sink.close();
  });

  test('goes on in a folder that was moved', async () => {
    using world = setup();
    const sink = world.open();
    const position = await sink.write(results(1, 3), await sink.start(null), PATIENT);
    await sink.close();
    const moved = join(world.folder, 'archive');
    mkdirSync(moved);
    copyFileSync(world.path, join(moved, 'documents.jsonl'));
    const [heir] = createSinks([{ name: 'jsonl', kind: 'jsonl', options: {} }], moved);
    expect(await heir?.recover(position)).toBe('ready');
    await heir?.close();
  });

  test('never empties a file that this batch did not write', async () => {
    using world = setup();
    const path = join(world.folder, 'precious.jsonl');
    writeFileSync(path, 'precious\n');
    const [sink] = createSinks([{ name: 'mine', kind: 'jsonl', options: { path } }], world.folder);
    await expect(sink?.start(null)).rejects.toMatchObject({
      code: 'sink_unfit',
      message: expect.stringContaining(path),
    });
    const usual = world.open();
    const elsewhere = await usual.start(null);
    await usual.close();
    await expect(sink?.start(elsewhere)).rejects.toMatchObject({ code: 'sink_unfit' });
    expect(readFileSync(path, 'utf8')).toBe('precious\n');
    rmSync(path);
    const position = (await sink?.start(null)) ?? {};
    await sink?.write(results(1, 2), position, PATIENT);
    await sink?.start(position);
    expect(readFileSync(path, 'utf8')).toBe('');
    await sink?.close();
  });

  test('delivers anew where it is told to write elsewhere or otherwise', async () => {
    using world = setup();
    const path = join(world.folder, 'results.jsonl');
    const sink = world.open();
    const position = await sink.write(results(1, 2), await sink.start(null), PATIENT);
    await sink.close();
    for (const options of [{ path }, { compression: 'gzip' }]) {
      const [other] = createSinks([{ name: 'jsonl', kind: 'jsonl', options }], world.folder);
      expect(await other?.recover(position)).toBe('lost');
      await other?.close();
    }
  });

  test('says in one sentence why it cannot write', async () => {
    using world = setup();
    for (const path of [join(world.folder, 'no', 'such', 'folder.jsonl'), world.folder, '/dev/null']) {
      const [sink] = createSinks([{ name: 'jsonl', kind: 'jsonl', options: { path } }], world.folder);
      await expect(sink?.start(null)).rejects.toMatchObject({
        code: 'data_unwritable',
        message: expect.stringMatching(/^\S.*\.$/),
      });
    }
  });

  test('G2 a full disk costs nothing but time', async () => {
    using world = setup();
    const script = join(import.meta.dirname, 'full-disk-child.ts');
    const limited = `ulimit -f 64; exec "${process.execPath}" "${script}" "${world.folder}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', limited]);
    const { code, position } = JSON.parse(stdout) as { code: string; position: JsonObject };
    expect(code).toBe('disk_full');
    const sink = world.open();
    expect(statSync(world.path).size).toBeGreaterThan(Number(position.offset));
    expect(await sink.recover(position)).toBe('ready');
    const lines = Number(position.lines);
    await sink.write(results(lines + 1, 5), position, PATIENT);
    expect(await read(world.path)).toBe(textOf(lines + 5));
    await sink.close();
  });

  test('G2 any sequence of writes, crashes and harm from outside ends with each result once', async () => {
    const event = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 4 }) }),
      },
      fc.record({
        kind: fc.constantFrom('crash before', 'crash after' as const),
        count: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({
        kind: fc.constant('torn write' as const),
        count: fc.integer({ min: 1, max: 4 }),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('cut' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ kind: fc.constant('append' as const), text: fc.string({ minLength: 1, maxLength: 30 }) }),
      fc.record({ kind: fc.constantFrom('delete', 'replace', 'finish', 'crash after finish') }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...COMPRESSIONS),
        fc.array(event, { maxLength: 12 }),
        async (compression, events) => {
          using world = setup(compression);
          const model = new DeliveryModel(world.open, world.path);
          for (const one of [...events, { kind: 'write' as const, count: 2 }]) await model.take(one);
          expect(await read(world.path)).toBe(textOf(model.delivered));
          expect(await model.check()).toEqual([]);
          await model.crash();
        },
      ),
      { numRuns: 60 },
    );
  });
});

type Event = { readonly kind: string; readonly count?: number; readonly part?: number; readonly text?: string };

/** The least that a delivery loop does: a cursor that is saved after each write, recovery before the next. */
class DeliveryModel {
  readonly #open: () => Sink;
  readonly #path: string;
  #sink: Sink;
  #cursor: { position: JsonObject; delivered: number } | null = null;
  #isReady = false;

  constructor(open: () => Sink, path: string) {
    this.#open = open;
    this.#path = path;
    this.#sink = open();
  }

  get delivered(): number {
    return this.#cursor?.delivered ?? 0;
  }

  check(): Promise<readonly string[]> {
    return this.#sink.check(this.#cursor?.position ?? {}, this.delivered);
  }

  async crash(): Promise<void> {
    await this.#sink.close();
    this.#sink = this.#open();
    this.#isReady = false;
  }

  async take({ kind, count = 0, part = 0, text = '' }: Event): Promise<void> {
    const size = existsSync(this.#path) ? statSync(this.#path).size : 0;
    switch (kind) {
      case 'write':
        return this.#write(count);
      case 'crash before':
        return this.crash();
      case 'crash after': {
        const { position, delivered } = await this.#ready();
        await this.#sink.write(results(delivered + 1, count), position, PATIENT);
        return this.crash();
      }
      case 'torn write': {
        const { position, delivered } = await this.#ready();
        const { offset } = await this.#sink.write(results(delivered + 1, count), position, PATIENT);
        const [from, to] = [Number(position.offset), Number(offset)];
        truncateSync(this.#path, from + Math.floor((to - from) * part));
        return this.crash();
      }
      case 'cut':
        await this.crash();
        if (size > 0) truncateSync(this.#path, Math.floor(size * part));
        return;
      case 'append':
        await this.crash();
        return appendFileSync(this.#path, text);
      case 'replace':
        await this.crash();
        return writeFileSync(this.#path, 'x'.repeat(size + 1));
      case 'delete':
        await this.crash();
        return rmSync(this.#path, { force: true });
      default: {
        const ready = await this.#ready();
        const position = await this.#sink.finish(ready.position, PATIENT);
        if (kind === 'crash after finish') return this.crash();
        this.#cursor = { ...ready, position };
      }
    }
  }

  async #write(count: number): Promise<void> {
    const { position, delivered } = await this.#ready();
    const next = await this.#sink.write(results(delivered + 1, count), position, PATIENT);
    this.#cursor = { position: next, delivered: delivered + count };
  }

  async #ready() {
    const cursor = this.#cursor;
    if (cursor !== null && (this.#isReady || (await this.#sink.recover(cursor.position)) === 'ready')) {
      this.#isReady = true;
      return cursor;
    }
    const total = cursor?.delivered ?? 0;
    let position = await this.#sink.start(cursor?.position ?? null);
    if (total > 0) position = await this.#sink.write(results(1, total), position, PATIENT);
    this.#cursor = { position, delivered: total };
    this.#isReady = true;
    return this.#cursor;
  }
}
