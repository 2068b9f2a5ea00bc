import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, PAWL, type World } from './pawl-process.ts';

// A file system of two megabytes that really fills up: a tmpfs in a mount namespace of its own. Everything that must see it
// runs in one shell, since the namespace ends with it.

const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  mkdirSync(join(world.folder, 'small'));
});
afterEach(() => world.dispose());

/** Runs shell lines with a tmpfs at `small`; `$pawl` runs pawl with its data there. */
function onSmallDisk(...lines: string[]) {
  const script = [
    'mount -t tmpfs -o size=2m tmpfs small',
    `pawl() { "${process.execPath}" "${PAWL}" "$@" --data small/data; }`,
    ...lines,
  ].join('\n');
  return world.command('unshare', '-rm', 'sh', '-c', script);
}

describe.skipIf(!canMount)('a disk that is full', () => {
  test('G1: the run ends with one sentence and exit code 1, nothing is lost, and it goes on once there is room', async () => {
    const text = 'The committee met in Paris on Monday and approved the budget. '.repeat(10);
    const lines = Array.from({ length: 300 }, (_, i) => ({ document_id: `d${i}`, text: `${i} ${text}` }));
    await world.write('news.jsonl', lines);
    const ended = await onSmallDisk(
      'head -c 600000 /dev/zero > small/ballast',
      'pawl run news.jsonl > first.out 2> first.err; echo $? > first.code',
      'pawl status news --json > between.json',
      'mount -o remount,size=64m small',
      'pawl run news.jsonl --json > second.json 2> second.err; echo $? > second.code',
      `"${process.execPath}" "${PAWL}" verify small/data/batches/news > verify.out; echo $? > verify.code`,
      'wc -l < small/data/batches/news/documents.jsonl > lines',
    );
    expect(ended.stderr).toBe('');
    const read = (name: string) => readFileSync(join(world.folder, name), 'utf8').trim();
    expect(read('first.code')).toBe('1');
    expect(read('first.err')).toMatch(/pawl: .*(disk|space).*\n.*/i);
    expect(read('first.err')).not.toMatch(/\n\s+at /);
    const between = JSON.parse(read('between.json')) as { status: string; processed: number; failed: number };
    expect(between.failed).toBe(0);
    expect(between.processed).toBeLessThan(300);
    expect(['FAILED', 'INTERRUPTED', 'QUEUED']).toContain(between.status);
    expect(read('second.code')).toBe('0');
    expect(JSON.parse(read('second.json'))).toMatchObject({ status: 'COMPLETED', processed: 300, failed: 0 });
    expect(read('lines')).toBe('300');
    expect(read('verify.code')).toBe('0');
  });

  test('too full for the very first write: exit code 1 and what to do', async () => {
    await world.write('news.jsonl', [{ document_id: 'd1', text: 'Rain fell.' }]);
    await onSmallDisk(
      'head -c 2090000 /dev/zero > small/ballast',
      'pawl run news.jsonl > first.out 2> first.err; echo $? > first.code',
    );
    expect(readFileSync(join(world.folder, 'first.code'), 'utf8').trim()).toBe('1');
    expect(readFileSync(join(world.folder, 'first.err'), 'utf8')).toMatch(/space|full/i);
  });
});
