import { expect, test } from 'vitest';
import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import { litBy } from '../../src/storylines/lit.ts';

const entity = (name: string) => ({ name, type: 'PER', storylines: 1, documents: 2 });
const lane = (storyline_id: string, entities: number[]) => ({
  storyline_id,
  title: storyline_id,
  documents: 2,
  events: 1,
  temporal_span: null,
  key_days: [],
  entities,
});
const map: StorylineMapView = {
  total: 3,
  unread: 0,
  entity: null,
  lanes: [lane('s-1', [0, 1]), lane('s-2', [2]), lane('s-3', [0])],
  entities: {
    total: 3,
    shown: ['Ann', 'Bob', 'Cem'].map(entity),
    links: [{ a: 0, b: 1, storylines: 1 }],
  },
};

test('an entity that is pointed at lights its storylines and who stands there with it', () => {
  expect(litBy(map, { entity: 'Ann' })).toEqual({
    storylines: new Set(['s-1', 's-3']),
    entities: new Set([0, 1]),
    entity: 0,
  });
  expect(litBy(map, { entity: 'Cem' })).toEqual({ storylines: new Set(['s-2']), entities: new Set([2]), entity: 2 });
});

test('a storyline that is pointed at lights its entities, and no lane steps back', () => {
  expect(litBy(map, { storylineId: 's-1' })).toEqual({ storylines: null, entities: new Set([0, 1]), entity: null });
});

test('nothing is lit by nothing, and by what is not shown any more', () => {
  for (const pointed of [null, { entity: 'Dan' }, { storylineId: 's-9' }]) expect(litBy(map, pointed)).toBeNull();
});
