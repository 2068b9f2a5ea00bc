import { TAG_COUNT } from './biluo.ts';
import type { ByteReader, ByteWriter } from './byte-stream.ts';
import type { SentenceFeatures } from './name-features.ts';

/** One feature's non-zero weights. */
export interface FeatureRow {
  /** Feature hash, unsigned. */
  readonly key: number;
  readonly tags: readonly number[];
  /** In steps of the table's `scale`, -127 to 127. */
  readonly weights: readonly number[];
}

/** Sparse quantised weights by feature hash, in an open-addressing table built once at loading. */
export class FeatureWeights {
  readonly #scale: number;
  readonly #keys: Int32Array;
  /** Slot to row number plus one; 0 is free. */
  readonly #slots: Int32Array;
  readonly #starts: Int32Array;
  readonly #tags: Uint8Array;
  readonly #weights: Int8Array;

  constructor(scale: number, keys: Int32Array, starts: Int32Array, tags: Uint8Array, weights: Int8Array) {
    this.#scale = scale;
    this.#starts = starts;
    this.#tags = tags;
    this.#weights = weights;
    const size = 1 << (33 - Math.clz32(keys.length + 1));
    this.#keys = new Int32Array(size);
    this.#slots = new Int32Array(size);
    for (let row = 0; row < keys.length; row++) {
      let slot = keys[row]! & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#keys[slot] = keys[row]!;
      this.#slots[slot] = row + 1;
    }
  }

  /** Sums the weights of each token's features: `scores[i * TAG_COUNT + tag]`. */
  score({ hashes, offsets }: SentenceFeatures): Float64Array {
    const tokenCount = offsets.length - 1;
    const scores = new Float64Array(tokenCount * TAG_COUNT);
    const mask = this.#slots.length - 1;
    for (let i = 0; i < tokenCount; i++) {
      const base = i * TAG_COUNT;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const key = hashes[k]!;
        let slot = key & mask;
        while (this.#slots[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
        const row = this.#slots[slot]!;
        if (row === 0) continue;
        const end = this.#starts[row]!;
        for (let j = this.#starts[row - 1]!; j < end; j++) scores[base + this.#tags[j]!]! += this.#weights[j]!;
      }
    }
    for (let k = 0; k < scores.length; k++) scores[k]! *= this.#scale;
    return scores;
  }

  /** Writes rows, which must be sorted by key. */
  static write(writer: ByteWriter, scale: number, rows: readonly FeatureRow[]): void {
    writer.floats([scale]);
    writer.varint(rows.length);
    let previous = 0;
    for (const { key } of rows) {
      writer.varint(key - previous);
      previous = key;
    }
    writer.bytes(rows.map((row) => row.tags.length));
    writer.bytes(rows.flatMap((row) => row.tags));
    writer.bytes(Int8Array.from(rows.flatMap((row) => row.weights)));
  }

  static read(reader: ByteReader): FeatureWeights {
    const scale = reader.floats(1)[0]!;
    const count = reader.varint();
    const keys = new Int32Array(count);
    let key = 0;
    for (let row = 0; row < count; row++) {
      key += reader.varint();
      keys[row] = key | 0;
    }
    const sizes = reader.bytes(count);
    const starts = new Int32Array(count + 1);
    for (let row = 0; row < count; row++) starts[row + 1] = starts[row]! + sizes[row]!;
    const total = starts[count]!;
    return new FeatureWeights(scale, keys, starts, reader.bytes(total).slice(), new Int8Array(reader.bytes(total)));
  }
}
