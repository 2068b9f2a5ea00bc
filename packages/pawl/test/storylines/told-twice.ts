import type { DocumentResult, ExtractedEvent } from '../../src/domain/result.ts';

// Two stories, each told twice in words of which hardly one is in both.

const TEXTS: readonly (readonly [id: string, trigger: string, text: string])[] = [
  ['quake-1', 'flattened', 'An earthquake flattened homes in a coastal town. Rescuers dug for survivors.'],
  [
    'quake-2',
    'levelled',
    'Last night the tremor levelled dwellings of one seaside village; helpers combed ruins to find the living.',
  ],
  ['merger-1', 'acquired', 'A bank acquired its rival. Shareholders cheered the merger.'],
  ['merger-2', 'bought', 'This week, one lender bought another competitor, and investors applauded this takeover.'],
];

/** Results of the documents, each with an event. @param suffix of their ids */
export function toldTwice(suffix = ''): DocumentResult[] {
  return TEXTS.map(([id, trigger, text]) => resultOf(`${id}${suffix}`, trigger, text));
}

/** The stories by the documents that tell them. */
export const STORIES: readonly (readonly string[])[] = [
  ['merger-1', 'merger-2'],
  ['quake-1', 'quake-2'],
];

function resultOf(id: string, trigger: string, text: string): DocumentResult {
  const sentence = /^[^.]*\./.exec(text)![0];
  const at = text.indexOf(trigger);
  const event: ExtractedEvent = {
    event_id: `${id}#e1`,
    event_type: 'policy_change',
    trigger: { text: trigger, start_char: at, end_char: at + trigger.length, lemma: trigger },
    arguments: [],
    domain: 'domestic_policy',
    temporal_reference: null,
    metadata: {
      sentiment: 'neutral',
      causality: null,
      confidence: 0.8,
      source_sentence: sentence,
      source_chunk_index: 0,
    },
  };
  return {
    document_id: id,
    batch_id: 'b',
    job_id: '00000000-0000-4000-8000-000000000000',
    processed_at: '2020-01-01T00:00:00.000Z',
    normalized_date: '2020-03-01',
    original_text: text,
    source_document: { document_id: id },
    extracted_entities: [],
    extracted_soa_triplets: [],
    events: [event],
    processing_metadata: { stages: {}, attempts: 1 },
  };
}
