// Requests per second and p99 of the server beside a bare Fastify route that sends the same bytes, in turns, in one run.
// Each server is a process of its own; the load comes from this one, which shares the machine with them.
//
//   npm run bench:api [-- --seconds 3 --rounds 3 --connections 20]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { NODE_FLAGS } from '../packages/pawl/bin/node-flags.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '20' },
  },
});
const connections = Number(values.connections);

const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
const children: ChildProcess[] = [];

/** Starts a process and gives the address that it says on standard error. */
async function serve(script: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...NODE_FLAGS, script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let said = '';
  for (;;) {
    const [chunk] = (await once(child.stderr, 'data')) as [Buffer];
    said += chunk.toString();
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
}

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly wrong: number;
}

async function load(url: string): Promise<Load> {
  const { requests, latency, non2xx, errors } = await autocannon({
    url,
    connections,
    duration: Number(values.seconds),
  });
  return { perSecond: requests.average, p99Ms: latency.p99, wrong: non2xx + errors };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

try {
  const pawl = join(import.meta.dirname, '..', 'packages', 'pawl', 'bin', 'pawl.mjs');
  const quiet = ['--log-level', 'warn', '--rate-limit', '0'];
  const server = await serve(pawl, ['serve', '--port', '0', '--no-work', '--data', folder, ...quiet]);
  const lines = Array.from({ length: 1_000 }, (_, i) => JSON.stringify({ id: `d${i}`, text: `Rain in ${i}.` }));
  await fetch(`${server}/api/v1/batches/bench/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  for (const path of ['/api/v1/jobs/bench', '/api/v1/jobs', '/api/v1/jobs/bench/documents?limit=20']) {
    const body = await (await fetch(`${server}${path}`)).text();
    const bare = await serve(join(import.meta.dirname, 'api', 'bare.ts'), [body]);
    const pairs: { ours: Load; theirs: Load }[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      pairs.push({ ours: await load(`${server}${path}`), theirs: await load(bare) });
    }
    const line = (name: string, of: (pair: (typeof pairs)[number]) => Load) =>
      console.log(
        `  ${name.padEnd(22)} ${Math.round(median(pairs.map((pair) => of(pair).perSecond)))} requests/s, p99 ${median(pairs.map((pair) => of(pair).p99Ms))} ms`,
      );
    console.log(`GET ${path} (${body.length} bytes, ${connections} connections)`);
    line('pawl', ({ ours }) => ours);
    line('bare Fastify route', ({ theirs }) => theirs);
    console.log(
      `  pawl / bare            ${median(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)).toFixed(2)}`,
    );
    const wrong = pairs.reduce((sum, { ours, theirs }) => sum + ours.wrong + theirs.wrong, 0);
    if (wrong > 0) throw new Error(`${wrong} answers were errors`);
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
