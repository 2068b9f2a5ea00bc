import { expect, test } from 'vitest';
import { keySentences } from '../../src/storyline/key-sentences.ts';

const attack = {
  event_id: '1',
  document_id: 'a',
  event_type: 'attack',
  date: '2019-06-12',
  sentence: 'They fought and were tried.',
  documents: 3,
};

test('key events of one sentence and day stand together, the others where they are in order', () => {
  const trial = { ...attack, event_id: '2', event_type: 'trial', documents: 6 };
  const later = { ...attack, event_id: '3', date: '2019-06-13' };
  const elsewhere = { ...attack, event_id: '4', document_id: 'b', date: null };
  expect(keySentences([attack, later, trial, elsewhere])).toEqual([
    {
      documentId: 'a',
      text: attack.sentence,
      day: '2019-06-12',
      types: ['attack', 'trial'],
      toldBy: { least: 3, most: 6 },
    },
    { documentId: 'a', text: attack.sentence, day: '2019-06-13', types: ['attack'], toldBy: { least: 3, most: 3 } },
    { documentId: 'b', text: attack.sentence, day: null, types: ['attack'], toldBy: { least: 3, most: 3 } },
  ]);
  expect(keySentences([])).toEqual([]);
});
