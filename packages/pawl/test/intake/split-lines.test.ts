import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RawLine, splitLines } from '../../src/intake/split-lines.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function split(
  content: string | Uint8Array,
  maxBytes = 1_000,
  sizes: readonly number[] = [3],
): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  for await (const some of splitLines(inChunks(Buffer.from(content), sizes), maxBytes)) lines.push(...some);
  return lines;
}

const shown = (lines: readonly RawLine[]) =>
  lines.map((line) => (line.kind === 'line' ? Buffer.from(line.bytes).toString('utf8') : line.kind));

describe('splitting an input into lines', () => {
  test('takes LF and CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const lines = await split('\ufeff{"a":1}\r\n\r\n  \t\n{"b":2}\n\u0000\u0000\nlast');
    expect(shown(lines)).toEqual(['{"a":1}', 'blank', 'blank', '{"b":2}', '\u0000\u0000', 'last']);
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('knows no line in nothing, and one blank line in a byte order mark alone', async () => {
    expect(await split('')).toEqual([]);
    expect(shown(await split('\ufeff'))).toEqual(['blank']);
  });

  test('keeps a carriage return, a line separator and a byte order mark that are content', async () => {
    expect(shown(await split('a\rb\u2028c\n\ufeffd\n'))).toEqual(['a\rb\u2028c', '\ufeffd']);
  });

  test('counts neither the mark nor the line end towards the limit', async () => {
    expect(shown(await split('\ufeffabcde\r\nabcde\r\nabcde\nabcdef\nabcdef\r\nabc', 5))).toEqual([
      'abcde',
      'abcde',
      'abcde',
      'too_long',
      'too_long',
      'abc',
    ]);
  });

  test('says of a line that is too long how it begins, how long it is and what its hash is', async () => {
    const long = 'x'.repeat(5_000);
    for (const maxBytes of [10, 4_999]) {
      const [line] = await split(`${long}\nnext`, maxBytes, [700]);
      const sha256 = createHash('sha256').update(long).digest('hex');
      expect(line).toMatchObject({ kind: 'too_long', number: 1, length: 5_000, sha256 });
      expect(line?.kind === 'too_long' && Buffer.from(line.beginning).toString()).toBe(
        long.slice(0, Math.min(1_000, maxBytes)),
      );
    }
  });

  test('holds no line that is too long in memory', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 300; i++) {
        yield Buffer.from(chunk);
        if (i % 50 === 0) {
          globalThis.gc?.();
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        }
      }
    }
    const lines: RawLine[] = [];
    for await (const some of splitLines(endless(), 1 << 20)) lines.push(...some);
    expect(lines).toMatchObject([{ kind: 'too_long', length: 300 << 20 }]);
    expect(most).toBeLessThan(120 << 20);
  });

  test('gives the same lines whatever the chunks', async () => {
    const text = fc.array(fc.constantFrom('a', 'ö', '\r', '\n', ' ', '\ufeff', '\u0000', 'long '), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (parts, sizes) => {
        const content = parts.join('');
        expect(await split(content, 12, sizes)).toEqual(await split(content, 12, [1_000]));
        const lines = content === '' ? [] : content.replace(/\n$/, '').split('\n');
        expect((await split(content, 12, sizes)).length).toBe(lines.length);
      }),
    );
  });
});
