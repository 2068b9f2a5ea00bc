import { createHash, type Hash } from 'node:crypto';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** A byte order mark before, a carriage return after: neither counts. */
const MAX_TRIMMED_BYTES = BYTE_ORDER_MARK.length + 1;
/** What is kept of a line that is too long, at most. */
const BEGINNING_BYTES = 1_000;

/** A line of bytes without its end; `number` counts from 1, blank lines included. */
export type RawLine =
  | { readonly kind: 'line'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: 'blank'; readonly number: number }
  | {
      readonly kind: 'too_long';
      readonly number: number;
      readonly length: number;
      readonly beginning: Uint8Array;
      /** SHA-256 of the whole line, hexadecimal. */
      readonly sha256: string;
    };

/**
 * Splits bytes into lines ended by LF or CRLF; the last line needs no end; a byte order mark is no part of the first. A line
 * longer than `maxBytes` is counted and hashed, not kept: memory stays bounded whatever the input.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<RawLine[]> {
  const splitter = new LineSplitter(maxBytes);
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

class LineSplitter {
  readonly #maxBytes: number;
  readonly #beginningBytes: number;
  #number = 0;
  #parts: Uint8Array[] = [];
  #length = 0;
  #overlong: Hash | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#beginningBytes = Math.min(BEGINNING_BYTES, maxBytes);
  }

  push(chunk: Uint8Array): RawLine[] {
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#finish());
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
    return lines;
  }

  end(): RawLine[] {
    return this.#length > 0 ? [this.#finish()] : [];
  }

  #add(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#overlong !== null) {
      this.#overlong.update(part);
      return;
    }
    this.#parts.push(part);
    if (this.#length > this.#maxBytes + MAX_TRIMMED_BYTES) this.#letGo();
  }

  /** Keeps the beginning and a running hash in place of the line. */
  #letGo(): void {
    this.#overlong = createHash('sha256');
    for (const part of this.#parts) this.#overlong.update(part);
    this.#parts = [Buffer.from(Buffer.concat(this.#parts).subarray(0, this.#beginningBytes))]; // a copy: the rest is let go
  }

  #finish(): RawLine {
    const number = ++this.#number;
    const [parts, length, overlong] = [this.#parts, this.#length, this.#overlong];
    this.#parts = [];
    this.#length = 0;
    this.#overlong = null;
    const content = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
    const bytes = trimLine(content, number);
    if (overlong !== null || bytes.length > this.#maxBytes) {
      const sha256 = (overlong ?? createHash('sha256').update(content)).digest('hex');
      return { kind: 'too_long', number, length, beginning: content.subarray(0, this.#beginningBytes), sha256 };
    }
    return isBlank(bytes) ? { kind: 'blank', number } : { kind: 'line', number, bytes };
  }
}

function trimLine(bytes: Uint8Array, number: number): Uint8Array {
  const hasMark = number === 1 && BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte);
  const start = hasMark ? BYTE_ORDER_MARK.length : 0;
  const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(start, Math.max(start, end));
}

/** Spaces and tabs only. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === RETURN);
}
