import type { Kernels } from '../kernels/kernels.ts';
import { multiply } from '../kernels/matrix.ts';

/** Weights that rows of activations are multiplied by; inputs as rows. */
export interface Matrix {
  readonly rows: number;
  /** A multiple of 8. */
  readonly columns: number;
  /** c (m × columns) += a (m × rows) · this. */
  addProduct(a: Float32Array, c: Float32Array, m: number): void;
}

/** Weights as floats, for training. */
export class FloatMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #kernels: Kernels;
  readonly #values: Float32Array;

  constructor(kernels: Kernels, values: Float32Array, rows: number) {
    this.#kernels = kernels;
    this.#values = values;
    this.rows = rows;
    this.columns = values.length / rows;
  }

  addProduct(a: Float32Array, c: Float32Array, m: number): void {
    multiply(this.#kernels, a, this.#values, c, m, this.columns, this.rows, true);
  }
}

/** The largest stored weight; see LIMIT in assembly/kernels.ts. */
const MAX_WEIGHT = 2047;

/** Weights as stored: row by row, in 12 bits, with what one unit is worth in each column. */
export interface QuantizedMatrix {
  readonly values: Int16Array;
  readonly scales: Float32Array;
}

/** Rounds weights to 12 bits, each column by the scale its largest weight needs. */
export function quantizeMatrix(weights: Float32Array, rows: number): QuantizedMatrix {
  const columns = weights.length / rows;
  const values = new Int16Array(weights.length);
  const scales = new Float32Array(columns);
  for (let j = 0; j < columns; j++) {
    let most = 0;
    for (let i = 0; i < rows; i++) most = Math.max(most, Math.abs(weights[i * columns + j]!));
    scales[j] = most / MAX_WEIGHT;
    if (most === 0) continue;
    for (let i = 0; i < rows; i++) {
      values[i * columns + j] = Math.round((weights[i * columns + j]! / most) * MAX_WEIGHT);
    }
  }
  return { values, scales };
}

/** Weights as 12-bit integers: twice as fast as floats, and sums that no machine rounds differently. */
export class IntegerMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #kernels: Kernels;
  readonly #packed: Int16Array;
  readonly #scales: Float32Array;

  constructor(kernels: Kernels, { values, scales }: QuantizedMatrix) {
    this.#kernels = kernels;
    this.columns = scales.length;
    this.rows = values.length / scales.length;
    this.#scales = kernels.workspace.floats(scales.length);
    this.#scales.set(scales);
    this.#packed = kernels.workspace.shorts(values.length);
    pack(values, this.#packed, this.rows, this.columns);
  }

  addProduct(a: Float32Array, c: Float32Array, m: number): void {
    const { workspace } = this.#kernels;
    const mark = workspace.mark();
    const quantized = workspace.shorts(m * this.rows);
    const rowScales = workspace.floats(m);
    this.#kernels.quantizeRows(a.byteOffset, quantized.byteOffset, rowScales.byteOffset, m, this.rows);
    this.#kernels.gemmInteger(
      quantized.byteOffset,
      rowScales.byteOffset,
      this.#packed.byteOffset,
      this.#scales.byteOffset,
      c.byteOffset,
      m,
      this.columns,
      this.rows,
    );
    workspace.release(mark);
  }
}

/** The order the kernel reads: strips of 8 columns, in each pairs of rows, in each the two rows' weights column by column. */
function pack(values: Int16Array, packed: Int16Array, rows: number, columns: number): void {
  let at = 0;
  for (let strip = 0; strip < columns; strip += 8) {
    for (let row = 0; row < rows; row += 2) {
      for (let j = strip; j < strip + 8; j++) {
        packed[at++] = values[row * columns + j]!;
        packed[at++] = values[(row + 1) * columns + j]!;
      }
    }
  }
}
