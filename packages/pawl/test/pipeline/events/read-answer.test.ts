import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TAXONOMY } from '../../../src/domain/taxonomy.ts';
import { readJson } from '../../../src/models/read-json.ts';
import { ClaimReader } from '../../../src/pipeline/events/model/read-claims.ts';

const reader = new ClaimReader(DEFAULT_TAXONOMY);
const anyEvents = fc.array(
  fc.record({ event_type: fc.string(), trigger: fc.string({ unit: 'binary' }), arguments: fc.array(fc.json()) }),
);

describe('any answer at all', () => {
  test('is read or refused, never a crash', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      ',',
      ':',
      '\\',
      '```json\n',
      '```',
      '/*',
      '//',
      'events',
      'null',
      '<think>',
      '\u0000',
      '\ud83d',
      '1e999',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
        (answer) => void reader.read(answer),
      ),
    );
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (answer) => void reader.read(answer)));
  });

  test('says the same with fences, words and thoughts around it, and with a comma too many', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const text = JSON.stringify({ events }, null, 1);
        const expected = { kind: 'value', value: JSON.parse(text) };
        expect(readJson(text, 'events')).toEqual(expected);
        expect(readJson(`Sure! [1]\n\`\`\`json\n${text}\n\`\`\`\nDone {ok}.`, 'events')).toEqual(expected);
        expect(readJson(`<think>perhaps {"events": []}</think>${text}`, 'events')).toEqual(expected);
        expect(readJson(text.replace(/\]\s*\}$/, '],}'), 'events')).toEqual(expected);
      }),
    );
  });

  test('is never taken for whole when it was cut off, wherever that was', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(), (events, at) => {
        const whole = JSON.stringify({ events });
        expect(readJson(whole.slice(0, 1 + (at % (whole.length - 1))), 'events').kind).toBe('unclosed');
      }),
    );
  });
});

describe('answers that mean harm', () => {
  test.each([
    ['10,000 nested brackets', '['.repeat(10_000), 'nests deeper'],
    ['10,000 nested objects that are closed', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'nests deeper'],
    ['10 MB of output', `{"events": [${'"x",'.repeat(2_500_000)}"x"]}`, 'longer than'],
    ['10 MB of nothing', ' '.repeat(10_000_000), 'longer than'],
  ])('%s are refused at once', (_, answer, problem) => {
    const begun = process.cpuUsage();
    expect(reader.read(answer)).toMatchObject({ kind: 'invalid', problems: [expect.stringContaining(problem)] });
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500);
  });

  test('almost JSON is mended up to a length at which that is quick', () => {
    const almost = (events: number) => `{"events": [${"{'a': 'b',},".repeat(events)}]}`;
    expect(readJson(almost(5_000), 'events').kind).toBe('value');
    expect(readJson(almost(80_000), 'events')).toMatchObject({
      kind: 'invalid',
      problem: expect.stringContaining('not JSON'),
    });
    expect(readJson(`{"events": ["${'\\"'.repeat(400_000)}`, 'events').kind).toBe('unclosed');
    expect(readJson('<think>'.repeat(100_000), 'events').kind).toBe('invalid');
  });

  test('names of prototypes are names', () => {
    const read = reader.read(
      '{"events": [{"event_type": "__proto__", "trigger": "x", "constructor": 1, "__proto__": {"domain": "x"}}]}',
    );
    expect(read.kind).toBe('invalid');
    expect(({} as { domain?: string }).domain).toBeUndefined();
  });
});
