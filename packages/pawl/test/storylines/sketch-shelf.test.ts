import { expect, test } from 'vitest';
import type { KeptBytesQuery } from '../../src/checkpoint/linking-state.ts';
import { packBytes } from '../../src/checkpoint/packed-bytes.ts';
import { sketchDocument } from '../../src/storylines/document-sketch.ts';
import { SketchShelf } from '../../src/storylines/sketch-shelf.ts';
import { loadWordRarity } from '../../src/storylines/word-rarity.ts';
import { resultOf } from './synthetic-results.ts';

const rarity = loadWordRarity();

test('a shelf that is full fetches what it has forgotten, and gives all that is wanted at once', async () => {
  const fetched: number[][] = [];
  const saved = new Map<number, Uint8Array>();
  const kept = async (query: KeptBytesQuery) => {
    const seqs = 'resultSeqs' in query ? query.resultSeqs : [];
    fetched.push([...seqs]);
    return packBytes(seqs.map((seq) => saved.get(seq)!));
  };
  const shelf = new SketchShelf(kept, 2);
  for (let id = 1; id <= 5; id++) {
    const document = resultOf({ id: `d${id}`, story: id, day: id, sentences: [id] });
    saved.set(id, shelf.add(id, sketchDocument(document, rarity, null)).profile);
  }
  const daysOf = async (ids: readonly number[]) => {
    const profiles = await shelf.profiles(ids);
    return ids.map((id) => profiles.get(id)!.day! - 18_262);
  };
  expect(await daysOf([4, 5])).toEqual([4, 5]);
  expect(fetched).toEqual([]);
  expect(await daysOf([1, 2, 3, 5])).toEqual([1, 2, 3, 5]);
  expect(await daysOf([4, 1])).toEqual([4, 1]);
  expect(await daysOf([5])).toEqual([5]);
  expect(fetched).toEqual([[1, 2, 3], [5]]);
});
