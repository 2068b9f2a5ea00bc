import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeDate } from '../../src/pipeline/normalize-date.ts';

test.each([
  ['2019-03-04', '2019-03-04'],
  ['2019-03-04T23:59:59-08:00', '2019-03-04'],
  [' 20190304 ', '2019-03-04'],
  ['2019/3/4', '2019-03-04'],
  ['4 March 2019', '2019-03-04'],
  ['March 4th, 2019', '2019-03-04'],
  ['Sept. 4, 2019', '2019-09-04'],
  ['Mon, 04 Mar 2019 10:00:00 +0000', '2019-03-04'],
  ['2020-02-29', '2020-02-29'],
  ['2019-02-29', null],
  ['2019-13-01', null],
  ['31 April 2019', null],
  ['4 Smarch 2019', null],
  ['03/04/2019', null],
  ['yesterday', null],
  ['', null],
])('%j is %j', (text, date) => {
  expect(normalizeDate(text)).toBe(date);
});

test('every day there is comes back from every form', () => {
  const days = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const iso = date.toISOString().slice(0, 10);
      const long = date.toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' });
      const forms = [
        iso,
        date.toISOString(),
        iso.replaceAll('-', ''),
        iso.replaceAll('-', '/'),
        date.toUTCString(),
        long,
      ];
      expect(forms.map(normalizeDate)).toEqual(forms.map(() => iso));
    }),
  );
});

test('no text is more than a date or null', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(normalizeDate(text) ?? '0000-00-00').toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }),
  );
});
