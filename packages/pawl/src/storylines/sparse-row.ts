const FIRST_ROOM = 4;

/** A value for each of a few numbers, in ascending order of these: as a Map, in a fifth of its room. */
export class SparseRow {
  /** Numbers below 2³². */
  #keys = new Uint32Array(FIRST_ROOM);
  #values = new Float64Array(FIRST_ROOM);
  #size = 0;

  /** @param pairs keys, each followed by its value */
  static ofPairs(pairs: Float64Array): SparseRow {
    const row = new SparseRow();
    row.#makeRoom(pairs.length / 2);
    for (let i = 0; i < pairs.length; i += 2) row.set(pairs[i]!, pairs[i + 1]!);
    return row;
  }

  /** An empty row that will hold this many. */
  static withRoom(size: number): SparseRow {
    const row = new SparseRow();
    row.#makeRoom(size);
    return row;
  }

  toPairs(): Float64Array {
    const pairs = new Float64Array(2 * this.#size);
    for (let i = 0; i < this.#size; i++) {
      pairs[2 * i] = this.#keys[i]!;
      pairs[2 * i + 1] = this.#values[i]!;
    }
    return pairs;
  }

  get size(): number {
    return this.#size;
  }

  /** The key at a place below {@link size}. */
  keyAt(place: number): number {
    return this.#keys[place]!;
  }

  valueAt(place: number): number {
    return this.#values[place]!;
  }

  /** 0 when there is none. */
  get(key: number): number {
    const at = this.#placeOf(key);
    return at < this.#size && this.#keys[at] === key ? this.#values[at]! : 0;
  }

  has(key: number): boolean {
    const at = this.#placeOf(key);
    return at < this.#size && this.#keys[at] === key;
  }

  set(key: number, value: number): void {
    const at = this.#placeOf(key);
    if (at === this.#size || this.#keys[at] !== key) {
      if (this.#size === this.#keys.length) this.#makeRoom(2 * this.#size);
      this.#keys.copyWithin(at + 1, at, this.#size);
      this.#values.copyWithin(at + 1, at, this.#size);
      this.#keys[at] = key;
      this.#size += 1;
    }
    this.#values[at] = value;
  }

  /** Adds a key that is higher than all there are. */
  append(key: number, value: number): void {
    if (this.#size === this.#keys.length) this.#makeRoom(2 * this.#size);
    this.#keys[this.#size] = key;
    this.#values[this.#size++] = value;
  }

  /** Takes one key out and sets a lower one. */
  rename(from: number, to: number, value: number): void {
    const [at, end] = [this.#placeOf(to), this.#placeOf(from)];
    if (this.#keys[at] === to) this.delete(from);
    else {
      this.#keys.copyWithin(at + 1, at, end);
      this.#values.copyWithin(at + 1, at, end);
      this.#keys[at] = to;
    }
    this.#values[at] = value;
  }

  delete(key: number): void {
    const at = this.#placeOf(key);
    if (at === this.#size || this.#keys[at] !== key) return;
    this.#keys.copyWithin(at, at + 1, this.#size);
    this.#values.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  /** Both rows as one; values of a key that both have are added. */
  plus(other: SparseRow): SparseRow {
    const sum = new SparseRow();
    sum.#makeRoom(this.#size + other.#size);
    let at = 0;
    for (let i = 0, j = 0; i < this.#size || j < other.#size; at++) {
      const key = i < this.#size ? this.#keys[i]! : Number.POSITIVE_INFINITY;
      const otherKey = j < other.#size ? other.#keys[j]! : Number.POSITIVE_INFINITY;
      sum.#keys[at] = Math.min(key, otherKey);
      sum.#values[at] = (key <= otherKey ? this.#values[i++]! : 0) + (otherKey <= key ? other.#values[j++]! : 0);
    }
    sum.#size = at;
    return sum;
  }

  #makeRoom(room: number): void {
    if (room <= this.#keys.length) return;
    const [keys, values] = [new Uint32Array(room), new Float64Array(room)];
    keys.set(this.#keys);
    values.set(this.#values);
    [this.#keys, this.#values] = [keys, values];
  }

  /** Of the first key that is not less. */
  #placeOf(key: number): number {
    if (this.#size === 0 || this.#keys[this.#size - 1]! < key) return this.#size;
    let low = 0;
    for (let high = this.#size - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
