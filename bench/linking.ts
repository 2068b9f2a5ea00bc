// Links 100,000 events of recombined real documents, then 1 % more: time, processor time, memory, and the ratio of the two. Each
// measurement is a process of its own.
//
//   npm run bench:linking [-- --events 100000 --documents examples/news.jsonl]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../packages/pawl/bin/node-flags.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    documents: { type: 'string', default: join(root, 'examples', 'news.jsonl') },
  },
});
const events = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-'));

interface Linked {
  readonly storylines: number;
  readonly wall_ms: number;
  readonly cpu_ms: number;
  readonly peak_mb: number;
  readonly longest_block_ms: number;
}

const node = (...args: readonly string[]) =>
  execFileSync(process.execPath, [...NODE_FLAGS, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const script = (name: string) => join(import.meta.dirname, 'linking', name);

function measure(what: string): Linked {
  const linked = JSON.parse(node(script('link.ts'), join(folder, 'data'))) as Linked;
  console.log(
    `${what.padEnd(40)} ${linked.storylines} storylines, ${(linked.wall_ms / 1000).toFixed(1)} s, ` +
      `${(linked.cpu_ms / 1000).toFixed(1)} s of processor time, peak ${linked.peak_mb} MB, ` +
      `event loop held up ${linked.longest_block_ms} ms at most`,
  );
  return linked;
}

try {
  const pawl = join(root, 'packages', 'pawl', 'bin', 'pawl.mjs');
  node(pawl, 'run', values.documents, '--batch', 'base', '--no-link', '--data', join(folder, 'base'));
  const results = join(folder, 'base', 'batches', 'base', 'documents.jsonl');
  console.log(node(script('fill.ts'), join(folder, 'data'), results, String(events)).trim());
  const first = measure(`${events} events`);
  console.log(node(script('fill.ts'), join(folder, 'data'), results, String(Math.ceil(events / 100))).trim());
  const more = measure('1 % more');
  const nothing = measure('nothing more');
  const share = (part: Linked) => `${((100 * part.cpu_ms) / first.cpu_ms).toFixed(1)} %`;
  console.log(`1 % more costs ${share(more)} of the first linking, a look at nothing new ${share(nothing)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
