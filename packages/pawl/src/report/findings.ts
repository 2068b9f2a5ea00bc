import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allResults } from '../checkpoint/pages.ts';
import { readResult } from '../checkpoint/read-result.ts';
import { type Counted, NameCounts } from './name-counts.ts';

/** What was found in the documents of a batch, by type, the most frequent first. */
export interface Findings {
  readonly entity_types: readonly Counted[];
  readonly event_types: readonly Counted[];
  readonly domains: readonly Counted[];
}

/** Counts what the results of a batch hold; reads all of them, a page at a time. */
export async function countFindings(checkpoint: Checkpoint): Promise<Findings> {
  const entityTypes = new NameCounts();
  const eventTypes = new NameCounts();
  const domains = new NameCounts();
  for await (const result of allResults(checkpoint)) {
    const { extracted_entities, events } = readResult(result);
    for (const { type } of extracted_entities) entityTypes.add(type);
    for (const { event_type, domain } of events) {
      eventTypes.add(event_type);
      domains.add(domain);
    }
  }
  return { entity_types: entityTypes.list(), event_types: eventTypes.list(), domains: domains.list() };
}
