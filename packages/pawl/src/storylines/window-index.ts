/** Neighbours on each side that an item is compared with in one bucket. */
export const WINDOW = 48;

/**
 * Finds who may belong together without comparing all with all: items that share keys lie in the same buckets, and in a bucket
 * each is compared with those next to it in time (sorted neighbourhood, Hernández & Stolfo 1995). So the pairs of an item are
 * bounded by its keys, however many items there are.
 */
export class WindowIndex {
  readonly #keys: readonly Uint32Array[];
  readonly #buckets = new Map<number, number[]>();

  /** @param keys of each item; items are numbered in the order that neighbourhood means */
  constructor(keys: readonly Uint32Array[]) {
    this.#keys = keys;
    keys.forEach((own, item) => {
      for (const key of own) {
        const bucket = this.#buckets.get(key);
        if (bucket === undefined) this.#buckets.set(key, [item]);
        else bucket.push(item);
      }
    });
  }

  /** Calls `visit` with each other item that is within the window of at least `shared` buckets of this one. */
  neighbours(item: number, shared: number, visit: (other: number) => void): void {
    const counts = new Map<number, number>();
    for (const key of this.#keys[item]!) {
      const bucket = this.#buckets.get(key)!;
      if (bucket.length === 1) continue;
      const at = positionOf(bucket, item);
      const end = Math.min(bucket.length, at + WINDOW + 1);
      for (let i = Math.max(0, at - WINDOW); i < end; i++) {
        if (i === at) continue;
        const other = bucket[i]!;
        const count = (counts.get(other) ?? 0) + 1;
        counts.set(other, count);
        if (count === shared) visit(other);
      }
    }
  }

  /** Whether two items are within the window of at least `shared` common buckets. */
  areNeighbours(a: number, b: number, shared: number): boolean {
    const keysOfB = new Set(this.#keys[b]);
    let count = 0;
    for (const key of this.#keys[a]!) {
      if (!keysOfB.has(key)) continue;
      const bucket = this.#buckets.get(key)!;
      if (bucket.length > WINDOW && Math.abs(positionOf(bucket, a) - positionOf(bucket, b)) > WINDOW) continue;
      if (++count >= shared) return true;
    }
    return false;
  }

  /**
   * Calls `visit` with pairs that a new item, and others that came with it, may have moved out of each other's window: two that
   * were there before, one before it and one behind it in a bucket, now too far apart there.
   */
  partedBy(item: number, isNew: (other: number) => boolean, visit: (a: number, b: number) => void): void {
    for (const key of this.#keys[item]!) {
      const bucket = this.#buckets.get(key)!;
      if (bucket.length <= WINDOW) continue;
      const at = positionOf(bucket, item);
      if (at > 0 && isNew(bucket[at - 1]!)) continue; // it parts the same pairs
      const behind = nearestOld(bucket, at, 1, isNew);
      for (const before of nearestOld(bucket, at, -1, isNew)) {
        for (const place of behind) if (place - before > WINDOW) visit(bucket[before]!, bucket[place]!);
      }
    }
  }
}

/** Places in a bucket of the items nearest to one that are not new, as many as could have been in a window with it. */
function nearestOld(bucket: readonly number[], from: number, step: 1 | -1, isNew: (item: number) => boolean): number[] {
  const places: number[] = [];
  for (let i = from + step; i >= 0 && i < bucket.length && places.length < WINDOW; i += step) {
    if (!isNew(bucket[i]!)) places.push(i);
  }
  return places;
}

/** Where an item stands in its bucket; buckets are in ascending order. */
function positionOf(bucket: readonly number[], item: number): number {
  let low = 0;
  for (let high = bucket.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if (bucket[middle]! < item) low = middle + 1;
    else high = middle;
  }
  return low;
}
