import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { parseLine } from '../../src/intake/parse-line.ts';
import { toInputDocument } from '../../src/intake/to-input-document.ts';

const { fields } = DEFAULT_SETTINGS;
const parse = (line: string | Uint8Array, number = 7) => parseLine(Buffer.from(line), number, fields);
const idOf = (line: string) => parse(line).documentId;

function failureOf(line: string | Uint8Array) {
  const parsed = parse(line);
  return parsed.kind === 'rejected' ? parsed.failure : null;
}

describe('reading a line', () => {
  test('takes the document with its id and a hash of its content', () => {
    const source = '{"id":"a","text":"Hello."}';
    const contentHash = createHash('sha256').update(source).digest('hex');
    expect(parse(' { "id": "a", "text": "Hello." } ')).toEqual({
      kind: 'document',
      line: 7,
      documentId: 'a',
      contentHash,
      source,
    });
  });

  test('takes the first id field that says something, numbers as text', () => {
    expect(idOf('{"document_id":"d","id":"i","text":"t"}')).toBe('d');
    expect(idOf('{"document_id":null,"id":42,"text":"t"}')).toBe('42');
    expect(idOf('{"document_id":"","id":0,"text":"t"}')).toBe('0');
  });

  test('keeps every digit of an id beyond 2^53', () => {
    expect(idOf('{"id":1234567890123456789,"text":"t","user":{"id":1}}')).toBe('1234567890123456789');
    expect(idOf('{"user":{"id":1234567890123456780},"text":"t","id":1234567890123456781}')).toBe('1234567890123456781');
  });

  test('names a document without an id by its content', () => {
    const hash = createHash('sha256').update('{"text":"t"}').digest('hex');
    expect(idOf('{"text":"t"}')).toBe(`sha-${hash.slice(0, 32)}`);
    expect(idOf('{ "text":"t" }')).toBe(idOf('{"text":"t"}'));
    expect(idOf('{"text":"u"}')).not.toBe(idOf('{"text":"t"}'));
  });

  test.each<[string, string | Uint8Array, string, RegExp]>([
    ['no JSON', '{"a":', 'invalid_json', /^Line 7 is not JSON: /],
    ['no object', '[1]', 'invalid_json', /^Line 7 is not a JSON object\.$/],
    ['a bare value', 'null', 'invalid_json', /^Line 7 is not a JSON object\.$/],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_json', /^Line 7 is not UTF-8 text\.$/],
    ['zero bytes', '\u0000\u0000', 'invalid_json', /^Line 7 is not JSON: /],
    ['no text', '{"id":"a","text":" \\n"}', 'no_text', /^Line 7 has no text in any of the fields cleaned_text, /],
    ['a text that is none', '{"id":"a","text":5}', 'no_text', /^Line 7 has no text/],
    ['an id that is none', '{"id":["a"],"text":"t"}', 'invalid_id', /^Line 7 has an id \(id\) that is neither/],
    ['an endless id', `{"id":"${'a'.repeat(513)}","text":"t"}`, 'invalid_id', /^Line 7 has an id \(id\)/],
    [
      'bottomless nesting',
      `{"text":"t","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'invalid_json',
      /500 levels deep\.$/,
    ],
  ])('G11 refuses %s, naming the line', (_, line, code, message) => {
    expect(failureOf(line)).toMatchObject({
      code,
      stage: 'accept',
      attempts: 1,
      message: expect.stringMatching(message),
    });
  });

  test('G11 quotes a hostile line harmlessly', () => {
    const message = failureOf('\u001b[2J\u202e"}\u2028')?.message ?? '';
    expect(message).toContain('\\u001b[2J');
    expect(message).toMatch(/^[\x20-\x7e]+$/);
  });

  test('keeps the id and the beginning of a line it refuses', () => {
    expect(parse(`{"id":"a","x":"${'y'.repeat(3_000)}"}`)).toMatchObject({
      documentId: 'a',
      excerpt: expect.stringMatching(/^\{"id":"a","x":"y{985}$/),
    });
  });

  test('never throws, and what it takes can be read again, whatever the line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => JSON.stringify({ text })),
        ),
        (line) => {
          const parsed = parse(line);
          if (parsed.kind === 'rejected') return;
          const document = toInputDocument(parsed.source, parsed.documentId, fields);
          expect(document.text.trim()).not.toBe('');
          expect(JSON.stringify(document.source)).toBe(parsed.source);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a stored input object', () => {
  test('is read by the field mapping, first match wins', () => {
    const source = JSON.stringify({
      cleaned_text: ' ',
      text: 'Body',
      cleaned_title: 'Head',
      cleaned_publication_date: '2024-01-02',
      cleaned_source_url: 'https://example.org',
      extra: { kept: true },
    });
    expect(toInputDocument(source, 'x', fields)).toEqual({
      documentId: 'x',
      text: 'Body',
      title: 'Head',
      publicationDate: '2024-01-02',
      sourceUrl: 'https://example.org',
      source: JSON.parse(source),
    });
    expect(toInputDocument('{"body":"b","text":"t"}', 'x', { ...fields, text: ['body'] }).text).toBe('b');
  });
});
