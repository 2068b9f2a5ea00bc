const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** JSON of a value, as bytes. */
export function toUtf8(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

export function fromUtf8<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T;
}
