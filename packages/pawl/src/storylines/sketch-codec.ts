import { ArrayReader, encodeArrays } from './array-codec.ts';
import type { DocumentContent, DocumentProfile, DocumentSketch } from './document-sketch.ts';
import type { EventSketch } from './event-sketch.ts';
import type { SparseVector } from './sparse-vector.ts';

// A sketch as bytes that a checkpoint can keep, in two parts: the profile is wanted often, and for many documents at once. Numbers
// that come in rows are arrays; all else is JSON.

/** Grows when older sketches cannot be read, or say something else: all documents are then sketched anew. */
export const SKETCH_FORMAT = 6;

const NO_DAY = -0x8000_0000;

/** A sketch as it is kept. */
export interface EncodedSketch {
  readonly profile: Uint8Array;
  readonly content: Uint8Array;
}

export function encodeSketch(sketch: DocumentSketch): EncodedSketch {
  return { profile: encodeProfile(sketch), content: encodeContent(sketch) };
}

function encodeProfile({ day, about, names, lead, numbers, meaning }: DocumentProfile): Uint8Array {
  const vectors = [about, names, lead, numbers].flatMap(arraysOf);
  return encodeArrays([Int32Array.of(day ?? NO_DAY), ...vectors, meaning]);
}

export function decodeProfile(bytes: Uint8Array): DocumentProfile {
  const reader = new ArrayReader(bytes);
  const day = reader.int32()[0]!;
  return {
    day: day === NO_DAY ? null : day,
    about: vectorFrom(reader),
    names: vectorFrom(reader),
    lead: vectorFrom(reader),
    numbers: vectorFrom(reader),
    meaning: reader.int8(),
  };
}

function encodeContent({ documentId, day, title, entities, events }: DocumentContent): Uint8Array {
  const told = events.map(({ participants, places, context, meaning, ...rest }) => rest);
  const json = new TextEncoder().encode(JSON.stringify({ documentId, day, title, entities, events: told }));
  const rows = events.flatMap(({ participants, places, context, meaning }) => [
    ...[participants, places, context].flatMap(arraysOf),
    meaning,
  ]);
  return encodeArrays([json, ...rows]);
}

type ToldEvent = Omit<EventSketch, 'participants' | 'places' | 'context' | 'meaning'>;

export function decodeContent(bytes: Uint8Array): DocumentContent {
  const reader = new ArrayReader(bytes);
  const { events, ...told } = JSON.parse(new TextDecoder().decode(reader.uint8())) as Omit<
    DocumentContent,
    'events'
  > & { readonly events: readonly ToldEvent[] };
  return {
    ...told,
    events: events.map((event) => ({
      ...event,
      participants: vectorFrom(reader),
      places: vectorFrom(reader),
      context: vectorFrom(reader),
      meaning: reader.int8(),
    })),
  };
}

function arraysOf({ terms, weights }: SparseVector): [Uint32Array, Float32Array] {
  return [terms, weights];
}

function vectorFrom(reader: ArrayReader): SparseVector {
  return { terms: reader.uint32(), weights: reader.float32() };
}
