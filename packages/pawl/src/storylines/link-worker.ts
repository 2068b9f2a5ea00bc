import { parentPort } from 'node:worker_threads';
import type { LinkingUpdate } from '../checkpoint/linking-state.ts';
import { messageOf } from '../domain/errors.ts';
import type { LinkAnswer, LinkCalls, LinkRequest, SerializedPass } from './link-calls.ts';
import { type ComposedStoryline, Linker, type LinkPass } from './linker.ts';
import type { StorylineChange } from './storyline-identity.ts';

// The thread that link-thread.ts talks to.

const port = parentPort;
if (port === null) throw new Error('link-worker.ts runs as a worker thread only');

let linker: Linker | null = null;

const calls: LinkCalls = {
  open: (weights, settled) => {
    linker = new Linker(weights, settled);
  },
  restore: (documents) => opened().restore(documents),
  add: (results) => opened().add(results),
  link: () => serialize(opened().link()),
  settle: () => opened().settle(),
};

port.on('message', (request: LinkRequest) => port.postMessage(answer(request)));

function answer({ name, args }: LinkRequest): LinkAnswer {
  try {
    const work = calls[name] as (...given: readonly unknown[]) => unknown;
    return { kind: 'value', value: work(...args) };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
}

function opened(): Linker {
  if (linker === null) throw new Error('linking was not opened');
  return linker;
}

function serialize({ documents, storylines, removed, changes }: LinkPass): SerializedPass {
  return { documents, storylines: Array.from(storylines, toRow), removed, changes: changes.map(toChangeRow) };
}

function toRow({ storyline, linkages }: ComposedStoryline): LinkingUpdate['storylines'][number] {
  return {
    storylineId: storyline.storyline_id,
    documents: storyline.document_ids.length,
    events: storyline.event_ids.length,
    storyline: JSON.stringify(storyline),
    linkages: linkages.map((linkage) => JSON.stringify(linkage)),
  };
}

function toChangeRow({ kind, storylineId, ...details }: StorylineChange): SerializedPass['changes'][number] {
  return { kind, storylineId, details };
}
