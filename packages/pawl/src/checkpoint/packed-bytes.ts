/** Byte strings, one behind the other: many cross a thread as two arrays. */
export interface PackedBytes {
  readonly lengths: Uint32Array;
  readonly bytes: Uint8Array;
}

export function packBytes(all: readonly Uint8Array[]): PackedBytes {
  const lengths = Uint32Array.from(all, ({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    bytes.set(one, at);
    at += one.length;
  }
  return { lengths, bytes };
}

/** The byte strings as views. */
export function unpackBytes({ lengths, bytes }: PackedBytes): Uint8Array[] {
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    return bytes.subarray(end - length, end);
  });
}
