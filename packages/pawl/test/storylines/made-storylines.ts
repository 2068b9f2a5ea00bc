import type { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts';
import type { StorylineRow } from '../../src/checkpoint/linking-state.ts';
import type { Storyline } from '../../src/storylines/storyline.ts';
import { createProcessedBatch } from './linked-batch.ts';

const author = { atMs: 2_000, by: 'test' };
const NOTHING = new Uint8Array(0);

/** A storyline of two documents, with what is given. */
export function storylineOf(given: Partial<Storyline> & { readonly storyline_id: string }): Storyline {
  return {
    title: `Story ${given.storyline_id}`,
    summary: '',
    primary_entities: [],
    domain: null,
    temporal_span: null,
    document_ids: ['a', 'b'],
    event_ids: [],
    key_events: [],
    confidence: 0.5,
    ...given,
  };
}

/** Entities of the given names, each in two documents. */
export function named(...names: readonly string[]): Storyline['primary_entities'] {
  return names.map((name) => ({ name, type: 'PER', documents: 2 }));
}

/** Many storylines, each with some of a few hundred names, spread over two years, and of growing size. */
export function manyStorylines(count: number): Storyline[] {
  return Array.from({ length: count }, (_, i) => {
    const start = new Date(Date.UTC(2020, 0, 1 + ((i * 37) % 700)));
    const end = new Date(start.getTime() + (i % 30) * 86_400_000);
    const documents = Array.from({ length: 2 + (i % 40) }, (_, document) => `s${i}-d${document}`);
    return storylineOf({
      storyline_id: `s-${String(i).padStart(5, '0')}`,
      title: `Story number ${i} of those that were made up`,
      primary_entities: named(...new Set([0, 1, 2, 3].map((n) => `Person ${(i * (n + 3)) % (50 * (n + 1))}`))),
      temporal_span: { start: start.toISOString().slice(0, 10), end: end.toISOString().slice(0, 10) },
      document_ids: documents,
      event_ids: documents.flatMap((id) => [0, 1, 2].map((event) => `${id}-e${event}`)),
    });
  });
}

/** A batch of no documents, which nobody links, that has these storylines. */
export async function createLinkedBatch(
  store: CheckpointStore,
  batchId: string,
  storylines: readonly Storyline[],
): Promise<void> {
  await createProcessedBatch(store, batchId, [], { link: false });
  const checkpoint = await store.open(batchId);
  const { resultsEpoch: epoch } = await checkpoint.batch();
  const linking = { epoch, format: 1, weights: null, embeddings: null, keepSketches: false };
  await checkpoint.resetLinking(null, linking, author);
  await checkpoint.saveLinking(
    null,
    { neighbours: [], documents: [], storylines: storylines.map(rowOf), removed: [], settlement: { changes: [] } },
    author,
  );
  await checkpoint.close();
}

function rowOf(storyline: Storyline): StorylineRow {
  return {
    storylineId: storyline.storyline_id,
    documents: storyline.document_ids.length,
    events: storyline.event_ids.length,
    storyline: JSON.stringify(storyline),
    kept: NOTHING,
    isAnew: true,
    linkages: [],
  };
}
