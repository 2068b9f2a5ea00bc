import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BATCH_TABS, hrefOf, parseRoute, type Route } from '../src/route.ts';

const id = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed());
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constant<Route>({ page: 'batches' }),
  fc.constant<Route>({ page: 'try' }),
  fc.record({ page: fc.constant('batch' as const), batchId: id, tab: fc.constantFrom(...BATCH_TABS) }),
  fc.record({ page: fc.constant('document' as const), batchId: id, documentId: id }),
  fc.record({ page: fc.constant('storyline' as const), batchId: id, storylineId: id }),
  fc.record({ page: fc.constant('entity' as const), batchId: id, name: id }),
);

describe('a route', () => {
  test('comes back from its address, whatever the ids are', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(hrefOf(route))).toEqual(route);
      }),
    );
  });

  test('has an address even where an id is half a surrogate pair', () => {
    expect(hrefOf({ page: 'document', batchId: 'a', documentId: '\ud800' })).toBe('#/batches/a/documents/%EF%BF%BD');
  });

  test('is unknown where the address is none, and nothing ever throws', () => {
    for (const fragment of [
      '#/nowhere',
      '#/batches',
      '#/batches/a/b/c',
      '#/batches/%E0%A4%A',
      '#/batches/a/history/x',
      '#/batches/a/entities',
    ]) {
      expect(parseRoute(fragment)).toEqual({ page: 'unknown' });
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRoute(text).page).toBeTypeOf('string');
      }),
    );
  });

  test('without a fragment is the list of batches', () => {
    expect(parseRoute('')).toEqual({ page: 'batches' });
  });
});
