/** Neighbours on each side that an item is compared with in one bucket. */
export const WINDOW = 48;

/**
 * Finds who may belong together without comparing all with all: items that share keys lie in the same buckets, and in a bucket
 * each is compared with those next to it in time (sorted neighbourhood, Hernández & Stolfo 1995). So the pairs of an item are
 * bounded by its keys, however many items there are. All of it lies in a few flat arrays: there are millions of places.
 */
export class WindowIndex {
  readonly #keys: readonly Uint32Array[];
  /** Where the places of each item's keys begin. */
  readonly #firstKeys: Int32Array;
  /** For each key of each item its place in {@link #items}. */
  readonly #places: Int32Array;
  /** The buckets, one behind the other, each with its items in ascending order. */
  readonly #items: Int32Array;
  /** The bucket of each key of each item, and where each bucket begins. */
  readonly #bucketOf: Int32Array;
  readonly #buckets: Int32Array;
  /** In how many buckets an item was met by {@link neighbours}; all 0 between two calls. */
  readonly #met: Uint16Array;

  /** @param keys of each item; items are numbered in the order that neighbourhood means */
  constructor(keys: readonly Uint32Array[]) {
    this.#keys = keys;
    this.#met = new Uint16Array(keys.length);
    this.#firstKeys = new Int32Array(keys.length + 1);
    keys.forEach((own, item) => {
      this.#firstKeys[item + 1] = this.#firstKeys[item]! + own.length;
    });
    const { bucketOf, sizes } = gather(keys, this.#firstKeys[keys.length]!);
    this.#bucketOf = bucketOf;
    this.#buckets = new Int32Array(sizes.length + 1);
    sizes.forEach((size, bucket) => {
      this.#buckets[bucket + 1] = this.#buckets[bucket]! + size;
    });
    const next = this.#buckets.slice();
    this.#places = bucketOf.map((bucket) => next[bucket]!++);
    this.#items = new Int32Array(bucketOf.length);
    for (let item = 0; item < keys.length; item++) {
      for (let i = this.#firstKeys[item]!; i < this.#firstKeys[item + 1]!; i++) this.#items[this.#places[i]!] = item;
    }
  }

  /** Calls `visit` with each other item that is within the window of at least `shared` buckets of this one. */
  neighbours(item: number, shared: number, visit: (other: number) => void): void {
    const met = this.#met;
    const items = this.#items;
    const touched: number[] = [];
    for (let i = this.#firstKeys[item]!; i < this.#firstKeys[item + 1]!; i++) {
      const at = this.#places[i]!;
      const bucket = this.#bucketOf[i]!;
      const end = Math.min(this.#buckets[bucket + 1]!, at + WINDOW + 1);
      for (let place = Math.max(this.#buckets[bucket]!, at - WINDOW); place < end; place++) {
        const other = items[place]!;
        if (other === item) continue;
        const count = met[other]! + 1;
        met[other] = count;
        if (count === 1) touched.push(other);
        if (count === shared) visit(other);
      }
    }
    for (const other of touched) met[other] = 0;
  }

  /** Whether two items are within the window of at least `shared` common buckets. */
  areNeighbours(a: number, b: number, shared: number): boolean {
    const keysA = this.#keys[a]!;
    const keysB = this.#keys[b]!;
    let count = 0;
    for (let i = 0; i < keysA.length; i++) {
      const j = keysB.indexOf(keysA[i]!);
      if (j < 0) continue;
      const apart = this.#places[this.#firstKeys[a]! + i]! - this.#places[this.#firstKeys[b]! + j]!;
      if (Math.abs(apart) <= WINDOW && ++count >= shared) return true;
    }
    return false;
  }

  /**
   * Calls `visit` with pairs that a new item, and others that came with it, may have moved out of each other's window: two that
   * were there before, one before it and one behind it in a bucket, now too far apart there.
   */
  partedBy(item: number, isNew: (other: number) => boolean, visit: (a: number, b: number) => void): void {
    for (let i = this.#firstKeys[item]!; i < this.#firstKeys[item + 1]!; i++) {
      const bucket = this.#bucketOf[i]!;
      const start = this.#buckets[bucket]!;
      const end = this.#buckets[bucket + 1]!;
      if (end - start <= WINDOW) continue;
      const at = this.#places[i]!;
      if (at > start && isNew(this.#items[at - 1]!)) continue; // it parts the same pairs
      const before = this.#nearestOld(at, -1, start - 1, isNew);
      const behind = this.#nearestOld(at, 1, end, isNew);
      before.forEach((place, i) => {
        // Those that were within the window of it, the farthest first, until one still is.
        for (let j = Math.min(behind.length, WINDOW - i) - 1; j >= 0 && behind[j]! - place > WINDOW; j--) {
          visit(this.#items[place]!, this.#items[behind[j]!]!);
        }
      });
    }
  }

  /** Places of the items nearest to one that are not new, as many as could have been in a window with it. */
  #nearestOld(from: number, step: 1 | -1, end: number, isNew: (item: number) => boolean): number[] {
    const places: number[] = [];
    for (let place = from + step; place !== end && places.length < WINDOW; place += step) {
      if (!isNew(this.#items[place]!)) places.push(place);
    }
    return places;
  }
}

/** Gives each key a bucket, in a table with open addressing: for each key of each item its bucket, and how full buckets are. */
function gather(keys: readonly Uint32Array[], total: number): { bucketOf: Int32Array; sizes: Int32Array } {
  const mask = 2 ** Math.ceil(Math.log2(2 * total + 2)) - 1;
  const table = new Int32Array(mask + 1); // number of a bucket and 1
  const keyOf = new Uint32Array(total);
  const sizes = new Int32Array(total);
  const bucketOf = new Int32Array(total);
  let buckets = 0;
  let at = 0;
  for (const own of keys) {
    for (const key of own) {
      let slot = Math.imul(key, 0x9e3779b1) & mask;
      while (table[slot] !== 0 && keyOf[table[slot]! - 1] !== key) slot = (slot + 1) & mask;
      if (table[slot] === 0) {
        keyOf[buckets] = key;
        table[slot] = ++buckets;
      }
      const bucket = table[slot]! - 1;
      sizes[bucket]! += 1;
      bucketOf[at++] = bucket;
    }
  }
  return { bucketOf, sizes: sizes.slice(0, buckets) };
}
