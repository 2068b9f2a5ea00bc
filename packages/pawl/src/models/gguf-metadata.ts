// The beginning of a model file in the GGUF format, versions 2 and 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): a mark,
// the version, how many tensors and keys there are, then each key with its value. Read as far as what is wanted. Anybody may have written
// it: every length is checked against what may be there.

const MAGIC = 'GGUF';
const VERSIONS: readonly number[] = [2, 3];
const MAX_KEYS = 100_000;
/** A vocabulary of a million words, with all that belongs to it, takes less. */
const MAX_BYTES = 256 * 1024 * 1024;
/** No name is longer. */
const PAGE_BYTES = 64 * 1024;

const ARCHITECTURE = 'general.architecture';
const POOLING = '.pooling_type';
/** The types of values; each of the others has so many bytes. */
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
const BYTES_OF: ReadonlyMap<number, number> = new Map([
  ...[0, 1, 7].map((type) => [type, 1] as const),
  ...[2, 3].map((type) => [type, 2] as const),
  ...[UINT32, 5, 6].map((type) => [type, 4] as const),
  ...[10, 11, 12].map((type) => [type, 8] as const),
]);

export type GgufMetadata =
  | { readonly kind: 'model'; readonly architecture: string; readonly poolingType: number | null }
  | { readonly kind: 'none'; readonly reason: string };

/** Fills the buffer from that byte of the file on; gives how many bytes there were. */
export type ReadAt = (buffer: Buffer, position: number) => number;

export function readGgufMetadata(readAt: ReadAt): GgufMetadata {
  const bytes = new Bytes(readAt);
  try {
    if (bytes.text(4) !== MAGIC) return { kind: 'none', reason: 'it does not begin with GGUF' };
    const version = bytes.uint32();
    if (!VERSIONS.includes(version)) {
      return { kind: 'none', reason: `its format is of version ${version}, and only 2 and 3 can be read` };
    }
    bytes.skip(8);
    return readKeys(bytes, bytes.length(MAX_KEYS));
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'none', reason: 'it is damaged, or was not downloaded to its end' };
    throw error;
  }
}

function readKeys(bytes: Bytes, keys: number): GgufMetadata {
  let architecture: string | null = null;
  let poolingType: number | null = null;
  for (let i = 0; i < keys && (architecture === null || poolingType === null); i++) {
    const key = bytes.text(bytes.length(PAGE_BYTES));
    const type = bytes.uint32();
    if (key === ARCHITECTURE && type === STRING) architecture = bytes.text(bytes.length(PAGE_BYTES));
    else if (key.endsWith(POOLING) && type === UINT32) poolingType = bytes.uint32();
    else skipValue(bytes, type);
  }
  if (architecture === null) return { kind: 'none', reason: 'it does not say what kind of model it is' };
  return { kind: 'model', architecture, poolingType };
}

function skipValue(bytes: Bytes, type: number): void {
  if (type === STRING) bytes.skip(bytes.length(MAX_BYTES));
  else if (type === ARRAY) skipArray(bytes);
  else bytes.skip(bytesOf(type));
}

function skipArray(bytes: Bytes): void {
  const type = bytes.uint32();
  const items = bytes.length(MAX_BYTES);
  if (type === STRING) for (let i = 0; i < items; i++) bytes.skip(bytes.length(MAX_BYTES));
  else bytes.skip(items * bytesOf(type));
}

function bytesOf(type: number): number {
  const bytes = BYTES_OF.get(type);
  if (bytes === undefined) throw new RangeError(`unknown type ${type}`);
  return bytes;
}

/** What is read from the first byte on; RangeError where there is no more, or too much. */
class Bytes {
  readonly #readAt: ReadAt;
  readonly #page = Buffer.alloc(PAGE_BYTES);
  #pageAt = 0;
  #pageBytes = 0;
  #at = 0;

  constructor(readAt: ReadAt) {
    this.#readAt = readAt;
  }

  uint32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** A length or count, which the format keeps in 64 bits. */
  length(most: number): number {
    const bytes = this.#take(8);
    const length = bytes.readUInt32LE(4) === 0 ? bytes.readUInt32LE() : Number.POSITIVE_INFINITY;
    if (length > most) throw new RangeError(`too long: ${length}`);
    return length;
  }

  /** @param bytes a page at most */
  text(bytes: number): string {
    return this.#take(bytes).toString('latin1');
  }

  skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > MAX_BYTES) throw new RangeError('too long');
  }

  /** @param bytes a page at most */
  #take(bytes: number): Buffer {
    if (this.#at < this.#pageAt || this.#at + bytes > this.#pageAt + this.#pageBytes) {
      this.#pageAt = this.#at;
      this.#pageBytes = this.#readAt(this.#page, this.#at);
      if (this.#pageBytes < bytes) throw new RangeError('the file ends');
    }
    const start = this.#at - this.#pageAt;
    this.#at += bytes;
    return this.#page.subarray(start, start + bytes);
  }
}
