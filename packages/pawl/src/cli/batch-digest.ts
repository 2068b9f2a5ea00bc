import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DocumentResult } from '../domain/result.ts';
import { allResults } from './pages.ts';

/** What was found in a batch, by type, the most frequent first. */
export interface BatchDigest {
  readonly entities: Tally;
  readonly events: Tally;
}

export type Tally = readonly (readonly [type: string, count: number])[];

/** Counts what the results of a batch hold; reads all of them. */
export async function digestOf(checkpoint: Checkpoint): Promise<BatchDigest> {
  const entities = new Map<string, number>();
  const events = new Map<string, number>();
  for await (const { result } of allResults(checkpoint)) {
    const { extracted_entities, events: found } = JSON.parse(result) as DocumentResult;
    for (const { type } of extracted_entities) entities.set(type, (entities.get(type) ?? 0) + 1);
    for (const { event_type } of found) events.set(event_type, (events.get(event_type) ?? 0) + 1);
  }
  return { entities: mostFrequentFirst(entities), events: mostFrequentFirst(events) };
}

function mostFrequentFirst(counts: ReadonlyMap<string, number>): Tally {
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}
