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

// @ts-expect-error: decorator
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

// @ts-expect-error: decorator
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

// @ts-expect-error: decorator
@inline
function put(c: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(low, v128.load(c));
    high = f32x4.add(high, v128.load(c, 16));
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

// @ts-expect-error: decorator
@inline
function exponential(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87));
  const power = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(0.5)));
  x = f32x4.sub(x, f32x4.mul(power, f32x4.splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(power, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, x), x), x), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return f32x4.mul(y, scale);
}

// @ts-expect-error: decorator
@inline
function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(f32x4.neg(x))));
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
