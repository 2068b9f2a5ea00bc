import { deserialize, serialize } from 'node:v8';
import type { DocumentSketch } from './document-sketch.ts';

/** A sketch as bytes that a checkpoint can keep (V8's own format, which later versions read). */
export function encodeSketch(sketch: DocumentSketch): Uint8Array {
  return serialize(sketch);
}

export function decodeSketch(bytes: Uint8Array): DocumentSketch {
  return deserialize(bytes) as DocumentSketch;
}
