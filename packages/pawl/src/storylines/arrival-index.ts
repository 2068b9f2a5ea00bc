import { PairFilter } from './pair-filter.ts';
import { WindowIndex } from './window-index.ts';

/** A {@link WindowIndex} of items that are numbered as they came, not in the order of time. */
export class ArrivalIndex {
  /** The items in the order of time, and the place of each in it. */
  readonly inTime: Int32Array;
  readonly #places: Int32Array;
  readonly #index: WindowIndex;

  /** @param keys of each item, by its number */
  constructor(inTime: Int32Array, keys: readonly Uint32Array[]) {
    this.inTime = inTime;
    this.#places = new Int32Array(inTime.length);
    inTime.forEach((item, place) => {
      this.#places[item] = place;
    });
    this.#index = new WindowIndex(Array.from(inTime, (item) => keys[item]!));
  }

  isBefore(a: number, b: number): boolean {
    return this.#places[a]! < this.#places[b]!;
  }

  /** As {@link WindowIndex.neighbours}, for items that share one bucket. */
  neighbours(item: number, visit: (other: number) => void): void {
    this.#index.neighbours(this.#places[item]!, 1, (place) => visit(this.inTime[place]!));
  }

  /**
   * Tells of pairs of items below `firstNew` that were neighbours whether they are still, now that those from there on are there.
   * @returns null where all are
   */
  partedBy(firstNew: number): ((a: number, b: number) => boolean) | null {
    const isNew = (place: number) => this.inTime[place]! >= firstNew;
    const maybe = new PairFilter(this.inTime.length - firstNew);
    let some = false;
    for (let item = firstNew; item < this.inTime.length; item++) {
      this.#index.partedBy(this.#places[item]!, isNew, (a, b) => {
        maybe.add(a, b);
        some = true;
      });
    }
    if (!some) return null;
    return (a, b) => {
      const [x, y] = [this.#places[a]!, this.#places[b]!];
      return maybe.mayHave(x, y) && !this.#index.areNeighbours(x, y, 1);
    };
  }
}
