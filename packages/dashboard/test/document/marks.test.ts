import { expect, test } from 'vitest';
import { findingsOf, LAYERS, type Layer } from '../../src/document/marks.ts';

const span = (text: string, start_char: number) => ({ text, start_char, end_char: start_char + text.length });
const result = {
  extracted_entities: [{ ...span('Ann', 0), type: 'PER', confidence: 1 }],
  extracted_soa_triplets: [
    {
      subject: span('Ann', 0),
      action: span('met', 4),
      object: span('Bob', 8),
      confidence: 1,
      sentence: 'Ann met Bob.',
    },
  ],
  events: [
    {
      event_id: 'e1',
      event_type: 'contact_meet',
      trigger: { ...span('met', 4), lemma: 'meet' },
      arguments: [{ argument_role: 'agent', entity: span('Ann', 0), confidence: 1 }],
      domain: 'diplomatic_relations',
      temporal_reference: null,
      metadata: {
        sentiment: 'neutral',
        causality: null,
        confidence: 1,
        source_sentence: 'Ann met Bob.',
        source_chunk_index: 0,
      },
    },
  ],
} as const;

test('what was found stands where the result says, under the name of what it belongs to', () => {
  const found = findingsOf(result, new Set(LAYERS), null).map(({ kind, label, item, start, end }) => [
    kind,
    label,
    item,
    start,
    end,
  ]);
  expect(found).toEqual([
    ['entity', 'PER', 'entity:0', 0, 3],
    ['trigger', 'contact_meet', 'event:0', 4, 7],
    ['argument', 'agent', 'event:0', 0, 3],
    ['subject', 'subject', 'triplet:0', 0, 3],
    ['action', 'action', 'triplet:0', 4, 7],
    ['object', 'object', 'triplet:0', 8, 11],
  ]);
});

test('a layer that is not shown gives nothing but what is looked at', () => {
  const itemsOf = (layers: readonly Layer[], selected: string | null) =>
    new Set(findingsOf(result, new Set(layers), selected).map(({ item }) => item));
  expect(itemsOf([], null)).toEqual(new Set());
  expect(itemsOf(['events'], null)).toEqual(new Set(['event:0']));
  expect(itemsOf(['events'], 'triplet:0')).toEqual(new Set(['event:0', 'triplet:0']));
});
