import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../domain/errors.ts';
import type { AnswerCacheStats } from '../answer-cache.ts';
import { AnswerDatabase, type AnswerToSave } from './answer-database.ts';
import type { AnswerThreadCall, AnswerThreadReply, AnswerThreadSettings } from './threaded-answer-cache.ts';

// The thread that threaded-answer-cache.ts talks to. Answers that come in while others are saved share the next transaction.

const port = parentPort;
if (port === null) throw new Error('answer-thread.ts runs as a worker thread only');

const { path, maxBytes } = workerData as AnswerThreadSettings;
/** Looking makes no file. */
const NOTHING_KEPT: AnswerCacheStats = {
  path,
  answers: 0,
  bytes: 0,
  fileBytes: 0,
  leastRecentlyUsedAtMs: null,
  models: [],
  setAside: [],
};
let database: AnswerDatabase | null = null;
let group: { readonly id: number; readonly saved: AnswerToSave }[] = [];

port.on('message', (call: AnswerThreadCall) => {
  if (call.kind === 'save') {
    if (group.length === 0) setImmediate(saveGroup);
    group.push({ id: call.id, saved: call.saved });
    return;
  }
  reply([call.id], () => carryOut(call));
  if (call.kind === 'close') port.close();
});

function carryOut(call: Exclude<AnswerThreadCall, { kind: 'save' }>): unknown {
  switch (call.kind) {
    case 'find':
      return open().find(call.key);
    case 'stats':
      return existsSync(path) ? open().stats() : NOTHING_KEPT;
    case 'prune':
      return existsSync(path) ? open().prune(call.keep) : { removed: 0, freedBytes: 0 };
    case 'close':
      saveGroup();
      return database?.close();
    default:
      return call satisfies never;
  }
}

function saveGroup(): void {
  const saving = group;
  group = [];
  if (saving.length === 0) return;
  reply(
    saving.map(({ id }) => id),
    () => open().save(saving.map(({ saved }) => saved)),
  );
}

function open(): AnswerDatabase {
  database ??= new AnswerDatabase(path, maxBytes, Date.now);
  return database;
}

function reply(ids: readonly number[], work: () => unknown): void {
  let said: AnswerThreadReply;
  try {
    said = { ids, kind: 'value', value: work() };
  } catch (error) {
    said = { ids, kind: 'error', message: messageOf(error) };
  }
  port?.postMessage(said);
}
