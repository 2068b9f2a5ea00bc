// The raw limit: the rows that an outcome changes, in grouped, fsynced transactions of a bare loop, with the same schema
// and the same settings of the database, and nothing else.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase } from '../../packages/pawl/src/checkpoint/sqlite/database.ts';
import { assembleResult } from '../../packages/pawl/src/pipeline/assemble-result.ts';
import { count, folder, idOf, report, sourceOf } from './workload.ts';

/** As many as the engine saves together when the disk is the limit. */
const GROUP = 512;

mkdirSync(folder, { recursive: true });
const db = createDatabase(join(folder, 'raw.db'));
db.exec(`INSERT INTO batch (one, batch_id, job_id, status, total, created_at, updated_at, pipeline, settings)
  VALUES (1, 'raw', 'raw', 'RUNNING', ${count}, 0, 0, '{}', '{}')`);
const addDocument = db.prepare(
  `INSERT INTO documents (document_id, state, acceptance, line, content_hash) VALUES (?, 'pending', 1, ?, ?)`,
);
const addSource = db.prepare('INSERT INTO sources (seq, source) VALUES (?, ?)');
db.transaction(() => {
  for (let i = 0; i < count; i++) {
    const { lastInsertRowid } = addDocument.run(idOf(i), i + 1, 'f'.repeat(64));
    addSource.run(lastInsertRowid, sourceOf(i));
  }
})();
db.pragma('wal_checkpoint(TRUNCATE)');

const settle = db.prepare(
  `UPDATE documents SET state = 'processed', attempts = attempts + 1, settled_at = ?, run = 1 WHERE seq = ?`,
);
const addResult = db.prepare('INSERT INTO results (seq, committed_at, timings, result) VALUES (?, ?, ?, ?)');
const tally = db.prepare('UPDATE batch SET processed = processed + ?, updated_at = ?');
const result = resultOf(0);
const begunAt = performance.now();
for (let from = 0; from < count; from += GROUP) {
  db.transaction(() => {
    const until = Math.min(from + GROUP, count);
    for (let i = from; i < until; i++) {
      settle.run(1, i + 1);
      addResult.run(i + 1, 1, '{"nothing":0}', result);
    }
    tally.run(until - from, 1);
  })();
}
report((performance.now() - begunAt) / 1000);
db.close();

function resultOf(index: number): string {
  const source = JSON.parse(sourceOf(index)) as { text: string };
  const metadata = { provider: 'bench', model: null, ms: 0, tokens: null, cached: false, attempts: 1 };
  return JSON.stringify(
    assembleResult({
      document: { documentId: idOf(index), text: source.text, source },
      batchId: 'bench',
      jobId: 'raw',
      processedAtMs: 0,
      outputs: { nothing: null },
      stages: { nothing: metadata },
      attempts: 1,
    }),
  );
}
