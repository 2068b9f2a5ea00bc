import { parentPort } from 'node:worker_threads';
import type { KeptBytesQuery, StorylineRow } from '../checkpoint/linking-state.ts';
import type { PackedBytes } from '../checkpoint/packed-bytes.ts';
import { resultText } from '../checkpoint/read-result.ts';
import { messageOf } from '../domain/errors.ts';
import type { LinkAnswer, LinkCalls, LinkedPass, LinkRequest } from './link-calls.ts';
import { Linker, type LinkPass } from './linker.ts';
import { type ComposedStoryline, toRow } from './storyline-composer.ts';
import type { StorylineChange } from './storyline-identity.ts';

// The thread that link-thread.ts talks to.

const port = parentPort;
if (port === null) throw new Error('link-worker.ts runs as a worker thread only');

/** Documents of storylines that are given at once. */
const COMPOSED_DOCUMENTS = 500;

let linker: Linker | null = null;
let composing: AsyncIterator<ComposedStoryline> | null = null;
let work: Promise<void> = Promise.resolve();
/** What was asked for, and is not there yet; in order. */
const wanted: PromiseWithResolvers<PackedBytes>[] = [];

const calls: LinkCalls = {
  open: (weights, settled) => {
    linker = new Linker(weights, settled, want);
  },
  restore: (documents) => opened().restore(documents),
  add: (results) => opened().add(results.map((one) => ({ ...one, result: resultText(one) }))),
  link: async () => {
    const { storylines, ...pass } = await opened().link();
    composing = storylines[Symbol.asyncIterator]();
    return withChangeRows(pass);
  },
  compose: async () => {
    const rows: StorylineRow[] = [];
    for (let documents = 0; documents < COMPOSED_DOCUMENTS; ) {
      const next = await composing?.next();
      if (next === undefined || next.done === true) break;
      const row = toRow(next.value);
      rows.push(row);
      documents += row.documents;
    }
    return rows;
  },
  settle: () => opened().settle(),
};

port.on('message', (request: LinkRequest) => {
  if (request.kind === 'kept') wanted.shift()?.resolve(request.bytes);
  else work = work.then(async () => say(await answer(request)));
});

function say(answer: LinkAnswer): void {
  port?.postMessage(answer);
}

function want(query: KeptBytesQuery): Promise<PackedBytes> {
  const bytes = Promise.withResolvers<PackedBytes>();
  wanted.push(bytes);
  say({ kind: 'wanted', query });
  return bytes.promise;
}

async function answer({ name, args }: Extract<LinkRequest, { kind: 'call' }>): Promise<LinkAnswer> {
  try {
    const call = calls[name] as (...given: readonly unknown[]) => unknown;
    return { kind: 'value', value: await call(...args) };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
}

function opened(): Linker {
  if (linker === null) throw new Error('linking was not opened');
  return linker;
}

function withChangeRows({ changes, ...pass }: Omit<LinkPass, 'storylines'>): LinkedPass {
  return { ...pass, changes: changes.map(toChangeRow) };
}

function toChangeRow({ kind, storylineId, ...details }: StorylineChange): LinkedPass['changes'][number] {
  return { kind, storylineId, details };
}
