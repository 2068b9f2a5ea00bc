import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Storyline } from '../../src/storylines/storyline.ts';
import { type MapChoice, StorylineMapper } from '../../src/storylines/storyline-map.ts';
import { named, storylineOf } from './made-storylines.ts';

function mapOf(storylines: readonly Storyline[], choice: Partial<MapChoice> = {}) {
  const mapper = new StorylineMapper({ lanes: 200, entities: 24, ...choice });
  for (const storyline of storylines) mapper.add(storyline);
  return mapper.map(0);
}

const some: fc.Arbitrary<Storyline[]> = fc
  .array(fc.subarray(['Ann', 'ann', 'Bob', 'BOB', 'Cem', 'Dan', '__proto__']), { maxLength: 12 })
  .map((lists) => lists.map((names, i) => storylineOf({ storyline_id: `s-${i}`, primary_entities: named(...names) })));

describe('the map of storylines', () => {
  test('of none is empty', () => {
    expect(mapOf([])).toEqual({
      total: 0,
      unread: 0,
      entity: null,
      lanes: [],
      entities: { total: 0, shown: [], links: [] },
    });
  });

  test('has the entities of most storylines first, and says in how many two stand together', () => {
    const storylines = [['Bob', 'Ann'], ['Ann', 'Cem'], ['ANN', 'Bob'], ['Dan']].map((names, i) =>
      storylineOf({ storyline_id: `s-${i}`, primary_entities: named(...names) }),
    );
    const { entities, lanes } = mapOf(storylines);
    expect(entities.shown.map(({ name, storylines }) => [name, storylines])).toEqual([
      ['Ann', 3],
      ['Bob', 2],
      ['Cem', 1],
      ['Dan', 1],
    ]);
    expect(entities.links).toEqual([
      { a: 0, b: 1, storylines: 2 },
      { a: 0, b: 2, storylines: 1 },
    ]);
    expect(lanes.map((lane) => lane.entities)).toEqual([[0, 1], [0, 2], [0, 1], [3]]);
  });

  test('writes a name as where most documents have it', () => {
    const forms = [
      { name: 'WHO', type: 'ORG', documents: 2 },
      { name: 'Who', type: 'MISC', documents: 9 },
    ];
    const storylines = forms.map((form, i) => storylineOf({ storyline_id: `s-${i}`, primary_entities: [form] }));
    expect(mapOf(storylines).entities.shown).toEqual([{ name: 'Who', type: 'MISC', storylines: 2, documents: 11 }]);
  });

  test('of one entity has its storylines, and those who stand there with it', () => {
    const storylines = [['Ann', 'Bob'], ['Cem'], ['ann', 'Cem']].map((names, i) =>
      storylineOf({ storyline_id: `s-${i}`, primary_entities: named(...names) }),
    );
    const map = mapOf(storylines, { entity: 'aNN' });
    expect(map).toMatchObject({ total: 2, entity: { name: 'Ann', storylines: 2 } });
    expect(map.lanes.map(({ storyline_id }) => storyline_id)).toEqual(['s-0', 's-2']);
    expect(map.entities.shown.map(({ name }) => name)).toEqual(['Bob', 'Cem']);
    expect(mapOf(storylines, { entity: 'Nobody' })).toMatchObject({ total: 0, entity: null, lanes: [] });
  });

  test('takes the days of key events that lie within the span, and no date that is none', () => {
    const event = { event_id: 'e', document_id: 'a', event_type: 't', sentence: '', documents: 1 };
    const days = ['2020-01-05', '1999-01-01', null, 'last week', '2020-01-02', '2020-01-05'];
    const dated = storylineOf({
      storyline_id: 's-1',
      temporal_span: { start: '2020-01-01', end: '2020-01-09' },
      key_events: days.map((date) => ({ ...event, date })),
    });
    const odd = storylineOf({ storyline_id: 's-2', temporal_span: { start: 'Monday', end: '2020-99-99' } });
    expect(mapOf([dated, odd]).lanes).toMatchObject([
      { key_days: ['2020-01-02', '2020-01-05'] },
      { temporal_span: null, key_days: [] },
    ]);
  });

  test('agrees with counting by hand, whatever the names; a storyline that comes twice counts once', () => {
    const choices = fc.record({ lanes: fc.integer({ min: 1, max: 6 }), entities: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(some, choices, (storylines, choice) => {
        const map = mapOf([...storylines, ...storylines.slice(0, 3)], choice);
        const keys = storylines.map((storyline) => storyline.primary_entities.map(({ name }) => name.toLowerCase()));
        expect(map.total).toBe(storylines.length);
        expect(map.lanes.length).toBe(Math.min(storylines.length, choice.lanes));
        expect(map.entities.total).toBe(new Set(keys.flat()).size);
        const having = (...names: readonly string[]) =>
          keys.filter((list) => names.every((name) => list.includes(name.toLowerCase()))).length;
        const { shown, links } = map.entities;
        for (const [a, one] of shown.entries()) {
          for (const [b, other] of shown.entries()) {
            if (b <= a) continue;
            const link = links.find((link) => link.a === a && link.b === b);
            expect(link?.storylines ?? 0).toBe(having(one.name, other.name));
          }
        }
        for (const [i, lane] of map.lanes.entries()) {
          const names = lane.entities.map((place) => shown[place]!.name.toLowerCase());
          expect(new Set(names)).toEqual(new Set(keys[i]!.filter((key) => names.includes(key))));
        }
      }),
    );
  });
});
