// Links 100,000 events of recombined real documents, then 1 % more: time, processor time, memory, and the ratio of the two. Each
// measurement is a process of its own, its start and reading back what is known included.
//
//   npm run bench:linking [-- --events 100000 --documents <file.jsonl>]
//
// The documents are 353 articles of Wikinews (linking/README.md); each recombined one has two thirds of the sentences of one article, and
// some of another. `--documents examples/news.jsonl` is the worst case: of 54 articles, 1 % more documents touch every storyline there is.
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
    documents: { type: 'string', default: join(root, 'bench', 'linking', 'wikinews.jsonl.zst') },
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

/** Compiled code is kept, as the launcher of pawl does. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
const node = (...args: readonly string[]) =>
  execFileSync(process.execPath, [...NODE_FLAGS, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
  });
const script = (name: string) => join(import.meta.dirname, 'linking', name);

function measure(what: string): Linked {
  const startedAt = performance.now();
  const said = JSON.parse(node(script('link.ts'), join(folder, 'data'))) as Omit<Linked, 'wall_ms'>;
  const linked: Linked = { ...said, wall_ms: performance.now() - startedAt };
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
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  const share = (part: Linked) =>
    `${percent(part.cpu_ms, first.cpu_ms)} of its processor time, ${percent(part.wall_ms, first.wall_ms)} of its time`;
  console.log(`1 % more costs, of the first linking, ${share(more)}; a look at nothing new ${share(nothing)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
