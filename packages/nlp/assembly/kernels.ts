// The hot loops of the network, in AssemblyScript (WebAssembly SIMD). Pointers and row strides are in bytes, sizes in
// elements of 32-bit floats. Column counts are multiples of 8. WebAssembly arithmetic is the same on every machine, so
// training repeats bit for bit.

const BLOCK_ROWS: i32 = 64;

/** C = A·B (added to C when `accumulate`), with A as m×k by any two strides, B as k×n and C as m×n by row stride. */
export function gemm(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  for (let block = 0; block < m; block += BLOCK_ROWS) {
    const end = min(m, block + BLOCK_ROWS);
    for (let j = 0; j < n; j += 8) {
      const bStrip = b + <usize>j * 4;
      let i = block;
      for (; i + 4 <= end; i += 4) {
        tile4x8(a + <usize>(i * aRow), aRow, aColumn, bStrip, bRow, c + <usize>(i * cRow + j * 4), cRow, k, accumulate);
      }
      for (; i < end; i++) {
        tile1x8(a + <usize>(i * aRow), aColumn, bStrip, bRow, c + <usize>(i * cRow + j * 4), k, accumulate);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function tile4x8(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  k: i32,
  accumulate: bool,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let a0 = a;
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  for (let t = 0; t < k; t++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a0 += aColumn;
    a1 += aColumn;
    a2 += aColumn;
    a3 += aColumn;
    b += bRow;
  }
  put(c, s00, s01, accumulate);
  put(c + cRow, s10, s11, accumulate);
  put(c + 2 * cRow, s20, s21, accumulate);
  put(c + 3 * cRow, s30, s31, accumulate);
}

// @ts-ignore: decorator
@inline
function tile1x8(a: usize, aColumn: i32, b: usize, bRow: i32, c: usize, k: i32, accumulate: bool): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  for (let t = 0; t < k; t++) {
    const x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
    a += aColumn;
    b += bRow;
  }
  put(c, s0, s1, accumulate);
}

// @ts-ignore: decorator
@inline
function put(c: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(low, v128.load(c));
    high = f32x4.add(high, v128.load(c, 16));
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/** The largest 12-bit value: 2047² · k stays below 2³¹ for k up to 512. */
const LIMIT: f32 = 2047;

/** Rounds each row of A (m×k floats, k a multiple of 8) to 12-bit integers; `scales` receives what one unit is worth. */
export function quantizeRows(a: usize, q: usize, scales: usize, m: i32, k: i32): void {
  for (let i = 0; i < m; i++) {
    const row = a + <usize>(i * k) * 4;
    const target = q + <usize>(i * k) * 2;
    let most = f32x4.splat(0);
    for (let j: usize = 0; j < <usize>k * 4; j += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(row + j)));
    const high = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    store<f32>(scales + <usize>i * 4, high / LIMIT);
    const factor = f32x4.splat(high > 1e-20 ? LIMIT / high : 0);
    for (let j: usize = 0; j < <usize>k; j += 8) {
      const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(row + j * 4), factor)));
      const next = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(row + j * 4 + 16), factor)));
      v128.store(target + j * 2, i16x8.narrow_i32x4_s(low, next));
    }
  }
}

/**
 * C (m×n floats) += A·B for integers: A is m×k (k even) with a scale a row; B is packed in strips of 8 columns, two rows
 * interleaved, with a scale a column. The sums are exact.
 */
export function gemmInteger(
  a: usize,
  rowScales: usize,
  b: usize,
  columnScales: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  const stripBytes = <usize>k * 16;
  const aRow = <usize>k * 2;
  const cRow = <usize>n * 4;
  for (let block = 0; block < m; block += BLOCK_ROWS) {
    const end = min(m, block + BLOCK_ROWS);
    for (let j = 0; j < n; j += 8) {
      const strip = b + <usize>(j / 8) * stripBytes;
      const scales = columnScales + <usize>j * 4;
      const cStrip = c + <usize>j * 4;
      let i = block;
      for (; i + 4 <= end; i += 4) {
        tileInteger4x8(a + <usize>i * aRow, aRow, rowScales + <usize>i * 4, strip, stripBytes, scales, cStrip + <usize>i * cRow, cRow);
      }
      for (; i < end; i++) {
        tileInteger1x8(a + <usize>i * aRow, rowScales + <usize>i * 4, strip, stripBytes, scales, cStrip + <usize>i * cRow);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function tileInteger4x8(
  a: usize,
  aRow: usize,
  rowScales: usize,
  b: usize,
  bBytes: usize,
  columnScales: usize,
  c: usize,
  cRow: usize,
): void {
  let s00 = i32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  let a0 = a;
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  for (const end = b + bBytes; b < end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x, b0));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a1);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x, b0));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a2);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x, b0));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(a3);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x, b0));
    s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x, b1));
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  putScaled(c, s00, s01, rowScales, columnScales);
  putScaled(c + cRow, s10, s11, rowScales + 4, columnScales);
  putScaled(c + 2 * cRow, s20, s21, rowScales + 8, columnScales);
  putScaled(c + 3 * cRow, s30, s31, rowScales + 12, columnScales);
}

// @ts-ignore: decorator
@inline
function tileInteger1x8(a: usize, rowScale: usize, b: usize, bBytes: usize, columnScales: usize, c: usize): void {
  let s0 = i32x4.splat(0);
  let s1 = s0;
  for (const end = b + bBytes; b < end; b += 32) {
    const x = v128.load32_splat(a);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(b)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(b, 16)));
    a += 4;
  }
  putScaled(c, s0, s1, rowScale, columnScales);
}

// @ts-ignore: decorator
@inline
function putScaled(c: usize, low: v128, high: v128, rowScale: usize, columnScales: usize): void {
  const scale = v128.load32_splat(rowScale);
  const lowScale = f32x4.mul(scale, v128.load(columnScales));
  const highScale = f32x4.mul(scale, v128.load(columnScales, 16));
  v128.store(c, f32x4.add(v128.load(c), f32x4.mul(f32x4.convert_i32x4_s(low), lowScale)));
  v128.store(c, f32x4.add(v128.load(c, 16), f32x4.mul(f32x4.convert_i32x4_s(high), highScale)), 16);
}

/** Added to a small float, leaves its nearest integer in the low bits. */
const ROUNDER: f32 = 12582912;

/** 1 / (1 + 2^(-x·log₂e)), the power's fraction by a polynomial: right to about 10⁻⁵. */
// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const power = f32x4.pmax(
    f32x4.pmin(f32x4.mul(x, f32x4.splat(-1.44269504088896341)), f32x4.splat(120)),
    f32x4.splat(-120),
  );
  const rounded = f32x4.add(power, f32x4.splat(ROUNDER));
  const f = f32x4.sub(power, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  let y = f32x4.add(f32x4.mul(f, f32x4.splat(0.00961813)), f32x4.splat(0.05550411));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.24022651));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(0.69314718));
  y = f32x4.add(f32x4.mul(y, f), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(y, scale)));
}

/**
 * One direction of a Simple Recurrent Unit (Lei et al. 2018) over a sequence. A row of `u` holds candidate, forget and
 * reset pre-activations; the two gates replace theirs. `parameters` holds the forget and reset state weights, then the
 * forget and reset biases. `c` receives the states (steps × hidden).
 */
export function sruForward(
  u: usize,
  uRow: i32,
  highway: usize,
  highwayRow: i32,
  parameters: usize,
  c: usize,
  out: usize,
  outRow: i32,
  steps: i32,
  hidden: i32,
  reverse: bool,
): void {
  const width = <usize>(hidden * 4);
  const one = f32x4.splat(1);
  for (let step = 0; step < steps; step++) {
    const t = reverse ? steps - 1 - step : step;
    const before = reverse ? t + 1 : t - 1;
    const uAt = u + <usize>(t * uRow);
    const highwayAt = highway + <usize>(t * highwayRow);
    const outAt = out + <usize>(t * outRow);
    const cAt = c + <usize>t * width;
    const cBefore = c + <usize>before * width;
    for (let j: usize = 0; j < width; j += 16) {
      const previous = step == 0 ? f32x4.splat(0) : v128.load(cBefore + j);
      const p = parameters + j;
      const forget = sigmoid(
        f32x4.add(
          f32x4.add(v128.load(uAt + width + j), f32x4.mul(previous, v128.load(p))),
          v128.load(p + 2 * width),
        ),
      );
      const reset = sigmoid(
        f32x4.add(
          f32x4.add(v128.load(uAt + 2 * width + j), f32x4.mul(previous, v128.load(p + width))),
          v128.load(p + 3 * width),
        ),
      );
      const state = f32x4.add(
        f32x4.mul(forget, previous),
        f32x4.mul(f32x4.sub(one, forget), v128.load(uAt + j)),
      );
      v128.store(uAt + width + j, forget);
      v128.store(uAt + 2 * width + j, reset);
      v128.store(cAt + j, state);
      v128.store(
        outAt + j,
        f32x4.add(f32x4.mul(reset, state), f32x4.mul(f32x4.sub(one, reset), v128.load(highwayAt + j))),
      );
    }
  }
}

/** The gradient of {@link sruForward}: fills `du` and `dHighway`, adds to `dParameters`. `carry` is hidden zeros. */
export function sruBackward(
  u: usize,
  uRow: i32,
  highway: usize,
  highwayRow: i32,
  parameters: usize,
  c: usize,
  dOut: usize,
  dOutRow: i32,
  du: usize,
  duRow: i32,
  dHighway: usize,
  dHighwayRow: i32,
  dParameters: usize,
  carry: usize,
  steps: i32,
  hidden: i32,
  reverse: bool,
): void {
  const width = <usize>(hidden * 4);
  const one = f32x4.splat(1);
  for (let step = steps - 1; step >= 0; step--) {
    const t = reverse ? steps - 1 - step : step;
    const before = reverse ? t + 1 : t - 1;
    const uAt = u + <usize>(t * uRow);
    const duAt = du + <usize>(t * duRow);
    const highwayAt = highway + <usize>(t * highwayRow);
    const dHighwayAt = dHighway + <usize>(t * dHighwayRow);
    const dOutAt = dOut + <usize>(t * dOutRow);
    const cAt = c + <usize>t * width;
    const cBefore = c + <usize>before * width;
    for (let j: usize = 0; j < width; j += 16) {
      const previous = step == 0 ? f32x4.splat(0) : v128.load(cBefore + j);
      const p = parameters + j;
      const dp = dParameters + j;
      const candidate = v128.load(uAt + j);
      const forget = v128.load(uAt + width + j);
      const reset = v128.load(uAt + 2 * width + j);
      const dh = v128.load(dOutAt + j);
      const dc = f32x4.add(v128.load(carry + j), f32x4.mul(dh, reset));
      const dReset = f32x4.mul(
        f32x4.mul(dh, f32x4.sub(v128.load(cAt + j), v128.load(highwayAt + j))),
        f32x4.mul(reset, f32x4.sub(one, reset)),
      );
      const dForget = f32x4.mul(
        f32x4.mul(dc, f32x4.sub(previous, candidate)),
        f32x4.mul(forget, f32x4.sub(one, forget)),
      );
      v128.store(dHighwayAt + j, f32x4.mul(dh, f32x4.sub(one, reset)));
      v128.store(duAt + j, f32x4.mul(dc, f32x4.sub(one, forget)));
      v128.store(duAt + width + j, dForget);
      v128.store(duAt + 2 * width + j, dReset);
      v128.store(dp, f32x4.add(v128.load(dp), f32x4.mul(dForget, previous)));
      v128.store(dp + width, f32x4.add(v128.load(dp + width), f32x4.mul(dReset, previous)));
      v128.store(dp + 2 * width, f32x4.add(v128.load(dp + 2 * width), dForget));
      v128.store(dp + 3 * width, f32x4.add(v128.load(dp + 3 * width), dReset));
      v128.store(
        carry + j,
        f32x4.add(
          f32x4.mul(dc, forget),
          f32x4.add(f32x4.mul(dForget, v128.load(p)), f32x4.mul(dReset, v128.load(p + width))),
        ),
      );
    }
  }
}

/** One Adam step (Kingma & Ba 2015) over `count` parameters; `rate` holds the bias corrections. Clears the gradient. */
export function adam(
  parameters: usize,
  gradient: usize,
  first: usize,
  second: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  for (let i: usize = 0; i < <usize>count * 4; i += 16) {
    const g = v128.load(gradient + i);
    const m = f32x4.add(f32x4.mul(v128.load(first + i), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(1 - beta1)));
    const v = f32x4.add(
      f32x4.mul(v128.load(second + i), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(1 - beta2)),
    );
    v128.store(first + i, m);
    v128.store(second + i, v);
    const step = f32x4.div(f32x4.mul(m, f32x4.splat(rate)), f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon)));
    v128.store(parameters + i, f32x4.sub(v128.load(parameters + i), step));
    v128.store(gradient + i, f32x4.splat(0));
  }
}
