/** Rows as they are kept: of each item how many others it has, and of all, row by row, each other and the step of its score. */
export interface EdgeRowColumns {
  readonly lengths: Uint32Array;
  readonly others: Uint32Array;
  readonly steps: Uint16Array;
}

const NO_ROWS: EdgeRowColumns = { lengths: new Uint32Array(0), others: new Uint32Array(0), steps: new Uint16Array(0) };

/**
 * For each item those of lower numbers that it is like, and how much, in steps. Items come at the end and none is ever renumbered, so the
 * rows that were kept stay as they were read.
 */
export class EdgeRows {
  readonly #kept: EdgeRowColumns;
  readonly #lengths: number[] = [];
  readonly #others: number[] = [];
  readonly #steps: number[] = [];
  /** Where each row begins, in what was kept or behind it; then where the last ends. */
  readonly #starts: number[];

  constructor(kept: EdgeRowColumns = NO_ROWS) {
    this.#kept = kept;
    this.#starts = [0];
    for (const length of kept.lengths) this.#starts.push(this.#starts.at(-1)! + length);
  }

  /** Begins the row of the next item. */
  begin(): void {
    this.#lengths.push(0);
    this.#starts.push(this.#starts.at(-1)!);
  }

  /** Adds to the last row. */
  push(other: number, step: number): void {
    this.#others.push(other);
    this.#steps.push(step);
    this.#lengths[this.#lengths.length - 1]! += 1;
    this.#starts[this.#starts.length - 1]! += 1;
  }

  /** Calls `visit` with each of those that an item is like. */
  forEachOf(item: number, visit: (other: number, step: number) => void): void {
    const isKept = item < this.#kept.lengths.length;
    const [others, steps] = isKept ? [this.#kept.others, this.#kept.steps] : [this.#others, this.#steps];
    const behind = isKept ? 0 : this.#kept.others.length;
    const end = this.#starts[item + 1]! - behind;
    for (let at = this.#starts[item]! - behind; at < end; at++) visit(others[at]!, steps[at]!);
  }

  /** The same rows without those for which `isOut` says yes. */
  without(isOut: (item: number, other: number) => boolean): EdgeRows {
    const rows = new EdgeRows();
    for (let item = 0; item < this.#starts.length - 1; item++) {
      rows.begin();
      this.forEachOf(item, (other, step) => {
        if (!isOut(item, other)) rows.push(other, step);
      });
    }
    return rows;
  }

  columns(): EdgeRowColumns {
    return {
      lengths: joined(new Uint32Array(this.#starts.length - 1), this.#kept.lengths, this.#lengths),
      others: joined(new Uint32Array(this.#starts.at(-1)!), this.#kept.others, this.#others),
      steps: joined(new Uint16Array(this.#starts.at(-1)!), this.#kept.steps, this.#steps),
    };
  }
}

function joined<Numbers extends Uint32Array | Uint16Array>(
  all: Numbers,
  first: Numbers,
  then: readonly number[],
): Numbers {
  all.set(first);
  all.set(then, first.length);
  return all;
}
