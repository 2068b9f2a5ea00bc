import { parentPort, workerData } from 'node:worker_threads';
import { isPawlError, messageOf } from '../../domain/errors.ts';
import type { Checkpoint } from '../checkpoint.ts';
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
    port.postMessage(said, said.kind === 'value' ? buffersOf(call.method, said.value) : []);
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

type ValueOf<Method extends keyof Checkpoint> = Awaited<ReturnType<Checkpoint[Method]>>;

/** What is large in an answer: it crosses without a copy. */
const LARGE: { readonly [Method in keyof Checkpoint]?: (value: ValueOf<Method>) => readonly Uint8Array[] } = {
  results: (results) => results.map(({ result }) => result),
  linkedDocuments: ({ keys, neighbours, likelihoods }) => [keys.bytes, neighbours.bytes, likelihoods.bytes],
  keptBytes: ({ bytes }) => [bytes],
  linkageLines: ({ lines }) => [lines],
};

function buffersOf<Method extends keyof Checkpoint>(method: Method, value: unknown): ArrayBuffer[] {
  const large = LARGE[method]?.(value as ValueOf<Method>) ?? [];
  return large.map(({ buffer }) => buffer as ArrayBuffer);
}
