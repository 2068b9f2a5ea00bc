import type { Kernels } from './kernels.ts';

/** C = A·B for row-major A (m×k), B (k×n), C (m×n); n is a multiple of 8. Adds to C when `accumulate`. */
export function multiply(
  kernels: Kernels,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  m: number,
  n: number,
  k: number,
  accumulate = false,
): void {
  kernels.gemm(a.byteOffset, 4 * k, 4, b.byteOffset, 4 * n, c.byteOffset, 4 * n, m, n, k, accumulate);
}

/** C (rows×columns) becomes the transpose of A (columns×rows), its row length padded to `stride` with zeros. */
export function transpose(a: Float32Array, c: Float32Array, rows: number, columns: number, stride = columns): void {
  if (stride !== columns) c.fill(0, 0, rows * stride);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++) c[j * stride + i] = a[i * rows + j]!;
  }
}
