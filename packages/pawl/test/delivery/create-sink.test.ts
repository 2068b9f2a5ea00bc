import { describe, expect, test } from 'vitest';
import { createSinks } from '../../src/delivery/create-sink.ts';
import type { JsonObject } from '../../src/domain/document.ts';

const create = (...sinks: readonly (readonly [name: string, kind: string, options: JsonObject])[]) =>
  createSinks(
    sinks.map(([name, kind, options]) => ({ name, kind, options })),
    '/batches/b',
  );

describe('the sinks of a batch', () => {
  test.each<[JsonObject, string]>([
    [{}, '/batches/b/documents.jsonl'],
    [{ compression: 'none' }, '/batches/b/documents.jsonl'],
    [{ compression: 'gzip' }, '/batches/b/documents.jsonl.gz'],
    [{ compression: 'zstd' }, '/batches/b/documents.jsonl.zst'],
    [{ path: '/elsewhere/x', compression: 'zstd' }, '/elsewhere/x'],
  ])('set as %j write to %s', (options, path) => {
    expect(create(['jsonl', 'jsonl', options])).toMatchObject([{ name: 'jsonl', path }]);
  });

  test.each<[string, string, JsonObject, RegExp]>([
    ['an unknown kind', 'parquet', {}, /There is no sink "parquet"; there is: jsonl/],
    ['a kind that every object has', 'constructor', {}, /There is no sink "constructor"/],
    ['an unknown option', 'jsonl', { colour: 'red' }, /has no option "colour"; it has: path, compression/],
    [
      'an unknown compression',
      'jsonl',
      { compression: 'toString' },
      /cannot compress with "toString"; use gzip or zstd/,
    ],
    ['an empty path', 'jsonl', { path: '' }, /path of a file/],
  ])('G11 refuse %s and name what there is', (_, kind, options, message) => {
    expect(() => create(['x', kind, options])).toThrow(
      expect.objectContaining({ code: 'sink_unfit', message: expect.stringMatching(message) }),
    );
  });

  test('G2 may share neither a name nor a file', () => {
    expect(() => create(['a', 'jsonl', {}], ['a', 'jsonl', { path: '/x' }])).toThrow(/Two sinks have the name "a"/);
    expect(() => create(['a', 'jsonl', {}], ['b', 'jsonl', {}])).toThrow(/the file "\/batches\/b\/documents\.jsonl"/);
    expect(create(['a', 'jsonl', {}], ['b', 'jsonl', { compression: 'gzip' }])).toHaveLength(2);
  });
});
