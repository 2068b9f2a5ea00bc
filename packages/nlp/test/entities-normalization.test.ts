import { describe, expect, test } from 'vitest';
import type { Entity, EntityType } from '../src/document.ts';
import { withNormalizedNames } from '../src/entities/normalization/name-normalization.ts';

/** Mentions `TYPE text` of one document, normalised, in their order. */
function normalized(...mentions: string[]): Entity[] {
  const entities = mentions.map((mention, i): Entity => {
    const [type = '', ...words] = mention.split(' ');
    return { text: words.join(' '), type: type as EntityType, start: 100 * i, end: 100 * i + 50, confidence: 1 };
  });
  return withNormalizedNames(entities);
}

const forms = (...mentions: string[]): (string | undefined)[] =>
  normalized(...mentions).map((entity) => entity.normalizedForm);

const ids = (...mentions: string[]): (string | undefined)[] => normalized(...mentions).map((entity) => entity.id);

describe('names of one document', () => {
  test('persons are known by title, first, last and middle name', () => {
    const full = 'Ricardo Rosselló Nevares';
    expect(forms(`PER ${full}`, 'PER Gov. Rosselló', 'PER Ricardo', 'PER Mr. Nevares')).toEqual([
      full,
      full,
      full,
      full,
    ]);
  });

  test('a surname is stronger than a first name', () => {
    expect(forms('PER Taylor Mary Swift', 'PER Charles Taylor', 'PER Taylor')[2]).toBe('Charles Taylor');
  });

  test('organisations are known by initials and without their legal form', () => {
    expect(forms('ORG Amnesty International', 'ORG AI')).toEqual(['Amnesty International', 'Amnesty International']);
    expect(forms('ORG Acme Widgets Inc.', 'ORG Acme Widgets')).toEqual(['Acme Widgets Inc.', 'Acme Widgets Inc.']);
  });

  test('states have one form however they are written', () => {
    const names = ['GPE the US', 'GPE U.S.', 'GPE USA', 'GPE United States', 'LOC America'];
    expect(new Set(forms(...names))).toEqual(new Set(['United States']));
  });

  test('a place and a person of one name stay apart', () => {
    expect(forms('PER George Washington', 'GPE Washington', 'PER Washington')).toEqual([
      'George Washington',
      'Washington',
      'George Washington',
    ]);
  });

  test('values keep the form they have', () => {
    expect(forms('DATE yesterday', 'MONEY 5 euros')).toEqual([undefined, undefined]);
  });

  test('mentions of one thing have one id, in the order of first mention', () => {
    expect(ids('PER Barack Obama', 'GPE the US', 'PER Mr. Obama', 'GPE U.S.', 'PER Obama', 'LOC America')).toEqual([
      'ent-1',
      'ent-2',
      'ent-1',
      'ent-2',
      'ent-1',
      'ent-2',
    ]);
    expect(new Set(ids('ORG U.S.', 'GPE United States'))).toEqual(new Set(['ent-1']));
    expect(new Set(ids('PER George Washington', 'GPE Washington'))).toEqual(new Set(['ent-1', 'ent-2']));
    expect(new Set(ids('DATE Monday', 'DATE monday', 'MONEY $5'))).toEqual(new Set(['ent-1', 'ent-2']));
  });
});
