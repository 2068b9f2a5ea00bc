import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Checkpoint, Finding } from '../../src/checkpoint/checkpoint.ts';
import { createSinks, openBatchFolder, openStore, sinkFiles } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import type { JsonObject } from '../../src/domain/document.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { submitBatch } from '../../src/intake/submit-batch.ts';
import { type Receipt, receiptSha256 } from '../../src/receipt/receipt.ts';
import { verifyFolder } from '../../src/receipt/verify-folder.ts';
import { writeReceipt } from '../../src/receipt/write-receipt.ts';

const author = { atMs: 1_700_000_000_000, by: 'test' };
const NOW_MS = 1_700_000_100_000;
const HOSTILE_ID = 'a"b\\c\u2028d\ne\u0000';
const IDS = ['d1', 'd2', HOSTILE_ID, 'd4', 'd5', 'd6', 'd7', 'd8'];

/** A finished batch of nine lines: six processed, one failed, two refused, one blank besides; delivered and receipted. */
async function setup(sinkOptions: JsonObject = {}) {
  const root = mkdtempSync(join(tmpdir(), 'pawl-receipt-'));
  const input = join(root, 'in.jsonl');
  const lines = IDS.map((id) => JSON.stringify({ id, text: `Text of ${id}.` }));
  writeFileSync(input, [...lines.slice(0, 4), '', '{"id":', ...lines.slice(4), lines[0]].join('\n'));
  const store = openStore(join(root, 'data'));
  const settings = { ...DEFAULT_SETTINGS, sinks: [{ name: 'jsonl', kind: 'jsonl', options: sinkOptions }] };
  const submit = () =>
    submitBatch(store, {
      input,
      settings,
      pipeline: { stages: [{ name: 'entities', fingerprint: 'f', description: 'builtin' }] },
      pipelineChoice: null,
      reprocessChanged: false,
      by: 'test',
      clock: { ...systemClock, now: () => author.atMs },
      newJobId: randomUUID,
    });
  const { checkpoint } = await submit();
  const folder = store.folderOf('in');
  await workOn(checkpoint, folder, settings);
  const files = sinkFiles(settings, folder);
  const receipt = await writeReceipt(checkpoint, folder, files, NOW_MS);
  await checkpoint.close();
  return {
    root,
    input,
    folder,
    files,
    receipt,
    submit,
    path: (name: string) => join(folder, name),
    document: files[0]?.path ?? '',
    verify: (at = folder) => verify(at),
    edit: (name: string, change: (text: string) => string) =>
      writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8'))),
    editLines: (name: string, change: (lines: string[]) => readonly string[]) => {
      const text = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), `${change(text.split('\n').slice(0, -1)).join('\n')}\n`);
    },
    sql: (text: string) => {
      const db = new Sqlite(join(folder, 'checkpoint.db'));
      db.pragma('ignore_check_constraints = ON');
      db.exec(text);
      db.close();
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

async function workOn(checkpoint: Checkpoint, folder: string, settings: typeof DEFAULT_SETTINGS): Promise<void> {
  const runner = { pid: process.pid, host: 'here', processStart: 'then' };
  const { run } = await checkpoint.startRun(runner, { takeOver: null, move: 'start', maxDeaths: 3 }, author);
  const pending = await checkpoint.pending({ afterSeq: 0, limit: 100, maxBytes: 1e9, suspects: false });
  for (const { seq, documentId } of pending.toReversed()) {
    const failure = { code: 'timeout', message: 'It took too long.', stage: 'entities', attempts: 1 };
    const result = JSON.stringify({ document_id: documentId, found: `in ${seq}` });
    const settled =
      documentId === 'd4'
        ? ({ kind: 'failed', seq, failure } as const)
        : ({ kind: 'processed', seq, result, timings: {} } as const);
    await checkpoint.commit(run, [settled], author);
  }
  for (const sink of createSinks(settings, folder)) {
    const delivery = new Delivery({ checkpoint, sink, clock: systemClock, run });
    expect(await delivery.drain(AbortSignal.timeout(10_000))).toBe('delivered');
    await delivery.close();
  }
  await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
}

async function verify(folder: string): Promise<readonly Finding[]> {
  const checkpoint = openBatchFolder(folder);
  try {
    return await verifyFolder(folder, checkpoint, sinkFiles((await checkpoint.batch()).settings, folder));
  } finally {
    await checkpoint.close();
  }
}

const messages = async (found: Promise<readonly Finding[]>) => (await found).map(({ message }) => message);

describe('a receipt', () => {
  test('G9 gives every line of the input exactly one outcome, and adds up', async () => {
    using world = await setup();
    const outcomes = readFileSync(world.path('outcomes.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(outcomes.map(({ line, document_id, outcome, code }) => [line, document_id, code ?? outcome])).toEqual([
      [1, 'd1', 'processed'],
      [2, 'd2', 'processed'],
      [3, HOSTILE_ID, 'processed'],
      [4, 'd4', 'timeout'],
      [6, 'line-6', 'invalid_json'],
      [7, 'd5', 'processed'],
      [8, 'd6', 'processed'],
      [9, 'd7', 'processed'],
      [10, 'd8', 'processed'],
      [11, 'd1#line-11', 'duplicate_id'],
    ]);
    const [input] = world.receipt.inputs;
    expect(input).toMatchObject({
      source: 'in.jsonl',
      complete: true,
      lines: 11,
      blank_lines: 1,
      added: 8,
      rejected: 2,
    });
    expect(world.receipt.counts).toEqual({ total: 10, processed: 7, failed: 3, remaining: 0 });
    expect(world.receipt.outputs).toMatchObject([{ sink: 'jsonl', file: 'documents.jsonl', results: 7 }]);
    expect(JSON.parse(readFileSync(world.path('receipt.json'), 'utf8'))).toEqual(world.receipt);
    expect(readdirSync(world.folder).filter((name) => /[0-9a-f]{8}-/.test(name))).toEqual([]);
  });

  test('is not written of a batch that changes meanwhile, and the old one stays', async () => {
    using world = await setup();
    const before = readFileSync(world.path('receipt.json'), 'utf8');
    const checkpoint = await openStore(join(world.root, 'data')).open('in');
    let changes = 0;
    const changing: Checkpoint = {
      ...checkpoint,
      outcomes: async (options) => {
        if (changes++ === 0) await checkpoint.retry({ codes: [], documentIds: [] }, { atMs: NOW_MS, by: 'test' });
        return checkpoint.outcomes(options);
      },
    };
    await expect(writeReceipt(changing, world.folder, world.files, NOW_MS)).rejects.toMatchObject({
      code: 'batch_is_running',
    });
    expect(readFileSync(world.path('receipt.json'), 'utf8')).toBe(before);
    await checkpoint.close();
  });

  test('is not written of a checkpoint whose counters are wrong', async () => {
    using world = await setup();
    world.sql('UPDATE batch SET processed = processed - 1');
    const checkpoint = await openStore(join(world.root, 'data')).open('in');
    await expect(writeReceipt(checkpoint, world.folder, world.files, NOW_MS)).rejects.toMatchObject({
      code: 'checkpoint_damaged',
    });
    await checkpoint.close();
  });

  test('that cannot be written says so in one sentence', async () => {
    using world = await setup();
    const checkpoint = await openStore(join(world.root, 'data')).open('in');
    const nowhere = join(world.root, 'nowhere');
    await expect(writeReceipt(checkpoint, nowhere, [], NOW_MS)).rejects.toMatchObject({
      code: 'data_unwritable',
      message: expect.stringContaining(nowhere),
    });
    await checkpoint.close();
  });
});

describe('verifying a folder', () => {
  test.each([{}, { compression: 'gzip' }, { compression: 'zstd' }])(
    'finds nothing wrong with a whole one, wherever it was copied (%j)',
    async (options) => {
      using world = await setup(options);
      expect(await world.verify()).toEqual([]);
      const copy = join(world.root, 'archive');
      cpSync(world.folder, copy, { recursive: true });
      rmSync(join(world.root, 'data'), { recursive: true });
      expect(await world.verify(copy)).toEqual([]);
      expect(await world.verify(`${copy}/./`)).toEqual([]);
    },
  );

  test('refuses a folder that is none of a batch', async () => {
    using world = await setup();
    expect(() => openBatchFolder(world.root)).toThrow(expect.objectContaining({ code: 'missing_file' }));
  });

  // Results stand in the order of commit: d8, d7, d6, d5, the hostile one, d2, d1.
  test.each<[string, (lines: string[]) => readonly string[], readonly string[]]>([
    ['a removed line', (lines) => lines.toSpliced(2, 1), ['documents.jsonl lacks the result of document "d6".']],
    ['a removed last line', (lines) => lines.slice(0, -1), ['documents.jsonl lacks the result of document "d1".']],
    [
      'a doubled line',
      (lines) => lines.toSpliced(1, 0, lines[3] ?? ''),
      ['documents.jsonl line 5: document "d5" stands there a second time.'],
    ],
    [
      'an edited line',
      (lines) => lines.with(1, (lines[1] ?? '').replace('in', 'out')),
      ['documents.jsonl line 2: document "d7" is not the result that was saved.'],
    ],
    [
      'moved lines',
      (lines) => lines.toReversed(),
      ['documents.jsonl holds its results in another order than they were saved in.'],
    ],
    [
      'a foreign line',
      (lines) => [...lines, '{"document_id":"d9"}'],
      ['documents.jsonl line 8: document "d9" has no result in the checkpoint.'],
    ],
    [
      'a line that is cut off',
      (lines) => lines.with(6, (lines[6] ?? '').slice(0, 9)),
      [
        'documents.jsonl line 7 is no result: it was cut off or damaged.',
        'documents.jsonl lacks the result of document "d1".',
      ],
    ],
    [
      'several faults',
      (lines) => [...lines.toSpliced(0, 2), lines[3] ?? ''],
      [
        'documents.jsonl line 6: document "d5" stands there a second time.',
        'documents.jsonl lacks the result of document "d7".',
        'documents.jsonl lacks the result of document "d8".',
      ],
    ],
  ])('names %s in the results', async (_, change, expected) => {
    using world = await setup();
    world.editLines('documents.jsonl', change);
    expect(await messages(world.verify())).toEqual(expected);
  });

  test('notices a line end that was changed, a file that is gone, and damage in a compressed one', async () => {
    using world = await setup();
    world.edit('documents.jsonl', (text) => text.replaceAll('\n', '\r\n'));
    expect(await messages(world.verify())).toEqual([expect.stringMatching(/not byte by byte the file/)]);
    rmSync(world.document);
    expect(await messages(world.verify())).toEqual([
      expect.stringMatching(/^documents\.jsonl cannot be read: .* does not exist/),
    ]);
    using packed = await setup({ compression: 'gzip' });
    truncateSync(packed.document, 40);
    expect(await messages(packed.verify())).toEqual([expect.stringMatching(/^documents\.jsonl\.gz cannot be read: /)]);
  });

  test('names any value that was changed in the receipt', async () => {
    using world = await setup();
    const whole = readFileSync(world.path('receipt.json'), 'utf8');
    const paths = leafPaths(JSON.parse(whole));
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      const receipt = JSON.parse(whole);
      change(receipt, path);
      writeFileSync(world.path('receipt.json'), JSON.stringify(receipt));
      expect((await world.verify()).length, path.join('.')).toBeGreaterThan(0);
      // Whoever knows how mends the receipt's own checksum; what the folder knows otherwise is seen all the same.
      if (path[0] === 'written_at' || path[0] === 'receipt_sha256') continue;
      receipt.receipt_sha256 = receiptSha256(receipt as Receipt);
      writeFileSync(world.path('receipt.json'), JSON.stringify(receipt));
      expect((await world.verify()).length, path.join('.')).toBeGreaterThan(0);
    }
  });

  test('says which value of the receipt the checkpoint has otherwise', async () => {
    using world = await setup();
    world.edit('receipt.json', (text) => text.replace('"processed": 7', '"processed": 8'));
    expect(await messages(world.verify())).toEqual([
      'receipt.json was changed after it was written: its checksum differs.',
      'receipt.json says 8 for counts.processed; the checkpoint says 7.',
    ]);
    for (const text of ['', '{"format":"pawl-receipt"', '[]', '{}']) {
      writeFileSync(world.path('receipt.json'), text);
      expect(await messages(world.verify())).toEqual([
        expect.stringMatching(/^receipt\.json (is not a receipt|cannot be read): /),
      ]);
    }
    rmSync(world.path('receipt.json'));
    expect(await messages(world.verify())).toEqual(['There is no receipt.json.']);
  });

  test('notices any line of the outcomes that was removed, doubled, moved or changed', async () => {
    using world = await setup();
    const path = world.path('outcomes.jsonl');
    const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    for (let i = 0; i < whole.length; i++) {
      const line = whole[i] ?? '';
      for (const lines of [
        whole.toSpliced(i, 1),
        whole.toSpliced(i, 0, line),
        [...whole.toSpliced(i, 1), line].with(0, whole[0] ?? ''),
        whole.with(i, line.replace('"outcome":"', '"outcome":"not ')),
      ]) {
        if (lines.join() === whole.join()) continue;
        writeFileSync(path, `${lines.join('\n')}\n`);
        const found = await messages(world.verify());
        expect(found[0]).toBe('outcomes.jsonl is not the file the receipt was written with.');
        expect(found[1], lines.join('\n')).toMatch(/^outcomes\.jsonl (line \d+|ends before line \d+|has more than)/);
      }
    }
    rmSync(path);
    expect(await messages(world.verify())).toEqual([expect.stringMatching(/^outcomes\.jsonl cannot be read: /)]);
  });

  test.each<[string, string, RegExp]>([
    ['a counter', 'UPDATE batch SET total = total + 1', /The counter "total" says 11; there are 10 such documents/],
    [
      'a result',
      `UPDATE results SET result = '{"document_id":"d2"}' WHERE seq = 2`,
      /line 6: document "d2" is not the result that was saved/,
    ],
    [
      'a state',
      `UPDATE documents SET state = 'pending', settled_at = NULL WHERE document_id = 'd2'`,
      /1 results belong to documents that are not marked/,
    ],
    [
      'a removed document',
      `PRAGMA foreign_keys = OFF; DELETE FROM failures WHERE seq = 4; DELETE FROM documents WHERE seq = 4; UPDATE batch SET total = total - 1, failed = failed - 1`,
      /^Of the 10 filled lines of "in\.jsonl", 9 have an outcome/,
    ],
    ['the settings', `UPDATE batch SET settings = json_set(settings, '$.concurrency', 99)`, /settings_sha256/],
    ['the pipeline', `UPDATE batch SET pipeline = replace(pipeline, 'builtin', 'other')`, /pipeline\.0\.description/],
    ['an acceptance', 'UPDATE acceptances SET lines = 12', /inputs\.0\.lines/],
  ])('notices %s that was changed in the checkpoint', async (_, sql, expected) => {
    using world = await setup();
    world.sql(sql);
    expect((await messages(world.verify())).join('\n')).toMatch(new RegExp(expected.source, 'm'));
  });

  test('tells a receipt that is only older than the batch', async () => {
    using world = await setup();
    appendFileSync(world.input, '\n{"id":"d9","text":"New."}');
    utimesSync(world.input, 5, 5);
    world.sql('UPDATE batch SET updated_at = updated_at + 60000');
    expect(await messages(world.verify())).toEqual([
      'The batch went on after receipt.json was written: it knows the batch as of 2023-11-14T22:13:20.000Z, the checkpoint as of 2023-11-14T22:14:20.000Z.',
    ]);
  });

  test('tells results that were not delivered yet', async () => {
    using world = await setup();
    world.sql('UPDATE sinks SET delivered = 3, result_seq = 3');
    expect((await world.verify()).map(({ message, remedy }) => [message, remedy])).toContainEqual([
      'documents.jsonl lacks 4 results that were not delivered yet.',
      'Run the batch again: pawl resume delivers them.',
    ]);
  });

  test('works on an archive that cannot be written', async (context) => {
    using world = await setup();
    const archive = join(world.root, 'archive');
    mkdirSync(archive);
    const mount = (...args: readonly string[]) => execFileSync('mount', args, { stdio: 'ignore' });
    try {
      mount('--bind', world.folder, archive);
    } catch {
      return context.skip('only root may mount a folder read-only');
    }
    try {
      mount('-o', 'remount,bind,ro', archive);
      expect(await world.verify(archive)).toEqual([]);
    } finally {
      execFileSync('umount', ['--lazy', archive]);
    }
  });

  test('leaves the folder as it is', async () => {
    using world = await setup();
    const before = readdirSync(world.folder).map((name) => [name, readFileSync(world.path(name), 'base64')]);
    await world.verify();
    for (const [name = '', content] of before) {
      if (existsSync(world.path(name))) expect(readFileSync(world.path(name), 'base64'), name).toBe(content);
      else expect(name).toMatch(/-(wal|shm)$/);
    }
  });
});

/** Paths to every value that is no structure. */
function leafPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, [...path, key]));
}

function change(root: unknown, path: readonly string[]): void {
  let holder = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const key = path.at(-1) ?? '';
  const value = holder[key];
  if (typeof value === 'number') holder[key] = value + 1;
  else if (typeof value === 'boolean') holder[key] = !value;
  else holder[key] = String(value).replace(/.$/, (last) => (last === '1' ? '2' : '1'));
}
