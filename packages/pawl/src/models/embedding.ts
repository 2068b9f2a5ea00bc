// A direction in the space of a model, in a byte a dimension. Its length means nothing, so the largest component becomes 127 and the
// cosine of two is off by a few thousandths at most. All that is compared went through here once, whether it was kept or has just
// come, so the same texts give the same cosines.

const LARGEST = 127;
const MAX_DIMENSIONS = 16_384;

/** @returns null for what is no direction: too long, empty, all zeros, or with numbers that are none */
export function toEmbedding(components: readonly number[]): Int8Array | null {
  let largest = 0;
  for (const component of components) {
    if (!Number.isFinite(component)) return null;
    largest = Math.max(largest, Math.abs(component));
  }
  if (largest === 0 || components.length > MAX_DIMENSIONS) return null;
  return Int8Array.from(components, (component) => Math.round((LARGEST * component) / largest));
}

/** As text that can be kept. */
export function writeEmbedding({ buffer, byteOffset, byteLength }: Int8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

export function readEmbedding(text: string): Int8Array {
  return Int8Array.from(new Int8Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
}
