import { readFileSync } from 'node:fs';
import { openStore } from '../../packages/pawl/src/composition.ts';
import { DEFAULT_SETTINGS } from '../../packages/pawl/src/config/default-settings.ts';
import type { DocumentResult } from '../../packages/pawl/src/domain/result.ts';
import { thisRunner } from '../../packages/pawl/src/engine/runner-liveness.ts';
import { recombine, takeApart } from './recombine.ts';

// Fills a batch with recombined results: `node fill.ts <data> <results.jsonl> <events>`. Prints how many documents and events.

const GROUP = 250;
const [data = '', file = '', wanted = '0'] = process.argv.slice(2);
const author = { atMs: Date.now(), by: 'bench' };
const base = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => takeApart(JSON.parse(line) as DocumentResult))
  .filter(({ pieces }) => pieces.some(({ events }) => events.length > 0));

const store = openStore(data);
const isNew = !(await store.exists('bench'));
if (isNew) {
  const pipeline = { stages: [{ name: 'events', fingerprint: 'bench', description: 'bench' }] };
  const batch = {
    batchId: 'bench',
    jobId: '00000000-0000-4000-8000-000000000000',
    pipeline,
    settings: DEFAULT_SETTINGS,
  };
  await (await store.create(batch, author)).close();
}
const checkpoint = await store.open('bench');
const before = (await checkpoint.batch()).total;
let state = before + 1;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
let documents = 0;
let events = 0;
const acceptance = await checkpoint.beginAcceptance({ name: `bench-${before}`, fingerprint: null }, author);
const results: string[] = [];
while (events < Number(wanted)) {
  const story = base[Math.floor(random() * base.length)]!;
  const other = base[Math.floor(random() * base.length)]!;
  const date = new Date(Date.UTC(2019, 0, 1 + Math.floor(random() * 365))).toISOString().slice(0, 10);
  const result = recombine(story, other, `bench-${String(before + documents).padStart(7, '0')}`, date, random);
  documents += 1;
  events += result.events.length;
  results.push(JSON.stringify(result));
}
for (let at = 0; at < results.length; at += GROUP) {
  const lines = results.slice(at, at + GROUP).map((_, i) => {
    const documentId = `bench-${String(before + at + i).padStart(7, '0')}`;
    return { kind: 'document', line: at + i + 1, documentId, contentHash: documentId, source: '{}' } as const;
  });
  await checkpoint.accept(acceptance, lines, { reprocessChanged: false }, author);
}
await checkpoint.endAcceptance(acceptance, { lines: documents, blankLines: 0, inputSha256: null }, author);
const { run } = await checkpoint.startRun(thisRunner(), { takeOver: null, move: 'start', maxDeaths: 3 }, author);
for (let at = 0; at < results.length; at += GROUP) {
  const settled = results
    .slice(at, at + GROUP)
    .map((result, i) => ({ kind: 'processed', seq: before + at + i + 1, result, timings: {} }) as const);
  await checkpoint.commit(run, settled, author);
}
await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
await checkpoint.close();
console.log(JSON.stringify({ documents, events }));
