import { describe, expect, test } from 'vitest';
import type { DocumentResult, ExtractedEvent } from '../../../pawl/src/domain/result.ts';
import type { DocumentDetail } from '../../../pawl/src/server/api/api.ts';
import { tellingOf } from '../../src/storyline/telling.ts';

const TEXT = 'The bridge fell on Friday.\nPolice  searched and found three. The mayor resigned.';

function event(trigger: string, sentence: string, when: string | null = null): ExtractedEvent {
  const start = TEXT.indexOf(trigger);
  return {
    event_id: `e-${trigger}`,
    event_type: 'disaster_collapse',
    trigger: { text: trigger, start_char: start, end_char: start + trigger.length, lemma: trigger },
    arguments: [],
    domain: '',
    temporal_reference: when,
    metadata: {
      sentiment: 'neutral',
      causality: null,
      confidence: 1,
      source_sentence: sentence,
      source_chunk_index: 0,
    },
  };
}

function document(events: readonly ExtractedEvent[] | null): DocumentDetail {
  const result = { original_text: TEXT, normalized_date: '2019-03-02', events } as unknown as DocumentResult;
  return {
    document_id: 'd',
    title: null,
    state: 'processed',
    code: null,
    message: null,
    stage: null,
    attempts: 1,
    settled_at: null,
    run: 1,
    source: { name: 'a', line: 1 },
    tokens: 0,
    cost: null,
    timings: null,
    deaths: 0,
    source_document: null,
    result: events === null ? null : result,
    raw_answer: null,
  };
}

const search = 'Police  searched and found three.';
const events = [
  event('resigned', 'The mayor resigned.'),
  event('found', search, '2019-03-02'),
  event('searched', search, 'for hours'),
  event('fell', 'The bridge fell on Friday.', '2019-03-01'),
];

describe('what a document tells of a storyline', () => {
  test('is its sentences in the order of the text, each once with the events in it', () => {
    const { sentences } = tellingOf(document(events), { event_ids: events.map(({ event_id }) => event_id) });
    expect(sentences.map(({ text, events }) => [text, events.map(({ trigger }) => trigger)])).toEqual([
      ['The bridge fell on Friday.', ['fell']],
      ['Police searched and found three.', ['searched', 'found']],
      ['The mayor resigned.', ['resigned']],
    ]);
  });

  test('leaves out events of other stories', () => {
    const { sentences } = tellingOf(document(events), { event_ids: ['e-found', 'another'] });
    expect(sentences.flatMap(({ events }) => events.map(({ eventId }) => eventId))).toEqual(['e-found']);
  });

  test('says the day of an event only where it is another than that of the document', () => {
    const { day, sentences } = tellingOf(document(events), { event_ids: events.map(({ event_id }) => event_id) });
    expect(day).toBe('2019-03-02');
    expect(sentences.flatMap(({ events }) => events.map(({ day }) => day))).toEqual(['2019-03-01', null, null, null]);
  });

  test('is nothing when the result was taken back, and goes by the id where there is no title', () => {
    expect(tellingOf(document(null), { event_ids: ['e-fell'] })).toEqual({
      documentId: 'd',
      title: 'd',
      day: null,
      sentences: [],
    });
  });
});
