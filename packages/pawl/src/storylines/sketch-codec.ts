import { ArrayReader, encodeArrays } from './array-codec.ts';
import type { DocumentContent, DocumentProfile, DocumentSketch } from './document-sketch.ts';
import { type EventHead, encodeEvent, KeptEvent } from './kept-event.ts';
import { arraysOf, vectorFrom } from './sparse-vector.ts';
import { fromUtf8, toUtf8 } from './utf8-json.ts';

// A sketch as bytes that a checkpoint can keep, in two parts: the profile is wanted often, and for many documents at once. Numbers
// that come in rows are arrays; all else is JSON.

/** Grows when older sketches cannot be read, or say something else: all documents are then sketched anew. */
export const SKETCH_FORMAT = 7;

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
  const heads = events.map((event): EventHead => ({ eventId: event.eventId, day: event.day, domain: event.domain }));
  return encodeArrays([toUtf8({ documentId, day, title, entities, events: heads }), ...events.map(encodeEvent)]);
}

/** @returns with events that are views of `bytes` */
export function decodeContent(bytes: Uint8Array): DocumentContent {
  const reader = new ArrayReader(bytes);
  const { events: heads, ...told } = fromUtf8<
    Omit<DocumentContent, 'events'> & { readonly events: readonly EventHead[] }
  >(reader.uint8());
  return { ...told, events: heads.map((head) => new KeptEvent(head, reader.uint8())) };
}
