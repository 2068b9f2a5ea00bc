// Durable documents per second through the whole engine with a do-nothing pipeline and 3 KB results, beside the raw limit:
// a bare loop of grouped, fsynced SQLite transactions of the same rows. Prints ratios measured in one run.
//
//   npm run bench:checkpoint [-- --documents 1000000 --small 10000 --rounds 3]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../packages/pawl/bin/node-flags.mjs';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    small: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
  },
});
const documents = Number(values.documents);
const small = Number(values.small);
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'pawl-bench-'));

interface Measurement {
  readonly seconds: number;
  readonly peakMb: number;
}

/** Each measurement is a process of its own, so that memory and caches are its own too. */
function measure(task: string, name: string, count: number): Measurement {
  const script = join(import.meta.dirname, 'checkpoint', `${task}.ts`);
  const output = execFileSync(process.execPath, [...NODE_FLAGS, script, join(folder, name), String(count)], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Measurement;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const perSecond = (count: number, { seconds }: Measurement) => Math.round(count / seconds);
const report = (label: string, value: string) => console.log(`${label.padEnd(66)} ${value}`);

try {
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    measure('accept', `engine-${round}`, small * 5);
    const engine = measure('engine', `engine-${round}`, small * 5);
    const raw = measure('raw', `raw-${round}`, small * 5);
    ratios.push(raw.seconds / engine.seconds);
    report(`round ${round}: engine, ${small * 5} documents`, `${perSecond(small * 5, engine)} documents/s`);
    report(`round ${round}: raw loop, ${small * 5} documents`, `${perSecond(small * 5, raw)} documents/s`);
    rmSync(join(folder, `engine-${round}`), { recursive: true });
    rmSync(join(folder, `raw-${round}`), { recursive: true });
  }
  report('engine / raw limit, median (must be at least 0.5)', median(ratios).toFixed(2));

  const costs: number[] = [];
  const acceptCosts: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    acceptCosts.push(measure('accept', `small-${round}`, small).seconds / small);
    costs.push(measure('engine', `small-${round}`, small).seconds / small);
  }
  const accepted = measure('accept', 'large', documents);
  const large = measure('engine', 'large', documents);
  report(`accepting ${documents} documents`, `${perSecond(documents, accepted)} documents/s`);
  report(`working on ${documents} documents`, `${perSecond(documents, large)} documents/s`);
  const ratio = (big: Measurement, smalls: readonly number[]) => (big.seconds / documents / median(smalls)).toFixed(2);
  report(`cost per document, ${documents} over ${small} (at most 1.2)`, ratio(large, costs));
  report(`cost per accepted document, ${documents} over ${small}`, ratio(accepted, acceptCosts));
  report('peak memory while accepting', `${accepted.peakMb} MB`);
  report('peak memory while working (under 300 MB)', `${large.peakMb} MB`);

  measure('accept', 'half', documents);
  measure('half', 'half', documents);
  const resumed = measure('resume', 'half', documents);
  report('start of the process to the first dispatch, half done (under 1 s)', `${resumed.seconds.toFixed(2)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
