import { describe, expect, test } from 'vitest';
import { identifyStories } from '../../src/storylines/storyline-identity.ts';

/** `ab c`: stories of one-letter documents, with the storylines they had. */
function identify(stories: string, before: Readonly<Record<string, string>> = {}) {
  const identified = stories
    .split(' ')
    .filter((story) => story !== '')
    .map((story) => [...story].map((documentId) => ({ documentId, before: before[documentId] ?? null })));
  return identifyStories(identified, new Map(Object.entries(before)));
}

const AB = { a: 's-1', b: 's-1' };

describe('the identity of storylines', () => {
  test('follows from the first document where a story is new', () => {
    const { ids, changes } = identify('ab cd');
    expect(ids.map((id) => /^s-[0-9a-f]{12}$/.test(id))).toEqual([true, true]);
    expect(identify('abx cd').ids).toEqual(ids);
    expect(changes).toEqual(ids.map((storylineId) => ({ kind: 'born', storylineId })));
  });

  test('stays while a story grows, and while nothing happens', () => {
    expect(identify('abc', AB)).toEqual({
      ids: ['s-1'],
      changes: [{ kind: 'grew', storylineId: 's-1', documents: 3 }],
    });
    expect(identify('ab', AB)).toEqual({ ids: ['s-1'], changes: [] });
  });

  test('of the larger one stays where two merge', () => {
    const before = { ...AB, c: 's-2', d: 's-2', e: 's-2' };
    expect(identify('abcde', before)).toEqual({
      ids: ['s-2'],
      changes: [
        { kind: 'grew', storylineId: 's-2', documents: 5 },
        { kind: 'merged', storylineId: 's-2', from: 's-1' },
      ],
    });
  });

  test('stays with the larger part where one splits', () => {
    const before = { a: 's-1', b: 's-1', c: 's-1', d: 's-1', e: 's-1' };
    const { ids, changes } = identify('ab cde', before);
    expect(ids[1]).toBe('s-1');
    expect(changes).toEqual([
      { kind: 'split', storylineId: ids[0], from: 's-1' },
      { kind: 'shrank', storylineId: 's-1', documents: 3 },
    ]);
  });

  test('ends with the last of its documents', () => {
    expect(identify('', AB).changes).toEqual([{ kind: 'ended', storylineId: 's-1' }]);
  });

  test('is never given twice', () => {
    const first = identify('ab').ids[0]!;
    const { ids } = identify('ax bc', { b: first, c: first });
    expect(ids[1]).toBe(first);
    expect(new Set(ids).size).toBe(2);
  });
});
