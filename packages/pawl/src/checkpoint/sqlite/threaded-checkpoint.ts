import { once } from 'node:events';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, PawlError } from '../../domain/errors.ts';
import type { Checkpoint, DocumentRecord } from '../checkpoint.ts';
import { InFlightJournal } from './in-flight-journal.ts';

/** The thread's short-lived objects are pages and groups that it has done with: room for more would only fill up. */
const YOUNG_GENERATION_MB = 8;

/** A call as it crosses to the thread. */
export interface CheckpointCall {
  readonly id: number;
  readonly method: keyof Checkpoint;
  readonly args: readonly unknown[];
}

/** Its answer. */
export type CheckpointAnswer =
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly code: ErrorCode | null; readonly message: string };

/**
 * The checkpoint behind a worker thread, so that no fsync blocks the caller's event loop. Calls are carried out in order.
 * @throws what opening the database throws
 */
export async function threadedCheckpoint(path: string): Promise<Checkpoint> {
  const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
    workerData: { path },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let ended: Error | null = null;
  let lastId = 0;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('message', (answer: CheckpointAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.kind === 'value') call?.resolve(answer.value);
    else call?.reject(toError(answer));
  });
  thread.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  thread.on('exit', () => end(new Error('The checkpoint is closed.')));

  const call = (
    method: keyof Checkpoint,
    args: readonly unknown[],
    transferred: readonly ArrayBuffer[] = [],
  ): Promise<unknown> => {
    if (ended !== null) return Promise.reject(ended);
    const id = ++lastId;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    thread.postMessage({ id, method, args } satisfies CheckpointCall, transferred);
    return answer.promise;
  };
  const journal = new InFlightJournal(dirname(path));
  /** What need not cross: noting what is begun must not wait behind a commit that is on disk. */
  const here: Partial<Checkpoint> = {
    begin: async (run, seqs) => journal.add(run, seqs),
    giveBack: async (run, seqs) => journal.remove(run, seqs),
    commit: async (run, records, author) => {
      const counts = await call('commit', [run, records, author], buffersOf(records));
      journal.forget(records.filter(({ kind }) => kind !== 'spent').map(({ seq }) => seq));
      return counts as Awaited<ReturnType<Checkpoint['commit']>>;
    },
    close: async () => {
      journal.close();
      if (ended !== null) return;
      const exited = once(thread, 'exit');
      await call('close', []);
      await exited;
    },
  };
  await call('control', []); // opening failed if this fails
  return new Proxy(here as Checkpoint, {
    get: (known, method) => {
      if (typeof method !== 'string' || method === 'then') return undefined; // a checkpoint is no promise
      const name = method as keyof Checkpoint;
      return known[name] ?? ((...args: unknown[]) => call(name, args));
    },
  });
}

/** The buffers that hold results: they cross to the thread without a copy. */
function buffersOf(records: readonly DocumentRecord[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const record of records) {
    if (record.kind !== 'processed' || typeof record.result === 'string') continue;
    if (record.result.buffer instanceof ArrayBuffer) buffers.add(record.result.buffer);
  }
  return [...buffers];
}

function toError({ code, message }: Extract<CheckpointAnswer, { kind: 'error' }>): Error {
  return code === null ? new Error(message) : new PawlError(code, message);
}
