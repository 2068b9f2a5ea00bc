import { ArrayReader, encodeArrays } from './array-codec.ts';
import type { EventSketch } from './event-sketch.ts';
import { arraysOf, type SparseVector, vectorFrom } from './sparse-vector.ts';
import { fromUtf8, toUtf8 } from './utf8-json.ts';

/** What is wanted of every event of a storyline, whatever is new in it. */
export type EventHead = Pick<EventSketch, 'eventId' | 'day' | 'domain'>;

type Told = Omit<EventSketch, keyof EventHead | 'participants' | 'places' | 'context' | 'meaning'>;
type Rest = Omit<EventSketch, keyof EventHead>;

/** All but the head. */
export function encodeEvent({ participants, places, context, meaning, ...told }: EventSketch): Uint8Array {
  const { eventId, day, domain, ...rest } = told;
  return encodeArrays([toUtf8(rest), ...[participants, places, context].flatMap(arraysOf), meaning]);
}

/** An event of which the head is at hand, and all else is decoded when it is wanted: of most it is not. */
export class KeptEvent implements EventSketch {
  readonly eventId: string;
  readonly day: number | null;
  readonly domain: string;
  readonly #bytes: Uint8Array;
  #decoded: Rest | null = null;

  /** @param bytes as {@link encodeEvent} made them */
  constructor({ eventId, day, domain }: EventHead, bytes: Uint8Array) {
    this.eventId = eventId;
    this.day = day;
    this.domain = domain;
    this.#bytes = bytes;
  }

  get type(): string {
    return this.#rest.type;
  }
  get lemma(): string {
    return this.#rest.lemma;
  }
  get stem(): string {
    return this.#rest.stem;
  }
  get rarity(): number {
    return this.#rest.rarity;
  }
  get phrase(): readonly string[] {
    return this.#rest.phrase;
  }
  get participants(): SparseVector {
    return this.#rest.participants;
  }
  get places(): SparseVector {
    return this.#rest.places;
  }
  get namesSomebody(): boolean {
    return this.#rest.namesSomebody;
  }
  get context(): SparseVector {
    return this.#rest.context;
  }
  get meaning(): Int8Array {
    return this.#rest.meaning;
  }
  get sentence(): string {
    return this.#rest.sentence;
  }
  get sentenceAt(): number {
    return this.#rest.sentenceAt;
  }
  get triggerAt(): number {
    return this.#rest.triggerAt;
  }
  get causality(): string | null {
    return this.#rest.causality;
  }
  get confidence(): number {
    return this.#rest.confidence;
  }

  get #rest(): Rest {
    this.#decoded ??= decodeRest(this.#bytes);
    return this.#decoded;
  }
}

function decodeRest(bytes: Uint8Array): Rest {
  const reader = new ArrayReader(bytes);
  return {
    ...fromUtf8<Told>(reader.uint8()),
    participants: vectorFrom(reader),
    places: vectorFrom(reader),
    context: vectorFrom(reader),
    meaning: reader.int8(),
  };
}
