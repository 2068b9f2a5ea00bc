import { parentPort, workerData } from 'node:worker_threads';
import { isPawlError, messageOf } from '../../domain/errors.ts';
import type { Checkpoint, StoredResult } from '../checkpoint.ts';
import { openDatabase } from './database.ts';
import { sqliteCheckpoint } from './sqlite-checkpoint.ts';
import type { CheckpointAnswer, CheckpointCall } from './threaded-checkpoint.ts';

// The thread that threaded-checkpoint.ts talks to.

const port = parentPort;
if (port === null) throw new Error('checkpoint-thread.ts runs as a worker thread only');

const { path } = workerData as { path: string };
let checkpoint: Checkpoint | null = null;

port.on('message', (call: CheckpointCall) => {
  void answer(call).then((said) => {
    port.postMessage(said, call.method === 'results' ? buffersOf(said) : []);
    if (call.method === 'close') port.close();
  });
});

async function answer({ id, method, args }: CheckpointCall): Promise<CheckpointAnswer> {
  try {
    checkpoint ??= sqliteCheckpoint(openDatabase(path), path);
    const work = checkpoint[method] as (...args: readonly unknown[]) => Promise<unknown>;
    return { id, kind: 'value', value: await work(...args) };
  } catch (error) {
    const code = isPawlError(error) ? error.code : null;
    return { id, kind: 'error', code, message: messageOf(error) };
  }
}

/** The buffers of results cross without a copy. */
function buffersOf(answer: CheckpointAnswer): ArrayBuffer[] {
  if (answer.kind === 'error') return [];
  return (answer.value as readonly StoredResult[]).map(({ result }) => result.buffer as ArrayBuffer);
}
