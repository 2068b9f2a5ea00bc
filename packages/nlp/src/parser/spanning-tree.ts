/**
 * The best spanning tree under one root (Chu & Liu 1965, Edmonds 1967) by contraction, O(n³) at worst and O(n²)
 * for the few cycles that occur. `scores[i * stride + j]`: token j - 1 as head of token i; column 0 is the root.
 * @returns for each token its head, -1 for the one root.
 */
export function bestTree(scores: Float32Array, length: number, stride: number): Int32Array {
  const heads = greedyHeads(scores, length, stride);
  if (isTree(heads)) return heads;
  return bestSingleRooted(scores, length, stride);
}

function greedyHeads(scores: Float32Array, length: number, stride: number): Int32Array {
  const heads = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    let best = i === 0 && length > 1 ? 2 : 0;
    const row = i * stride;
    for (let j = 0; j <= length; j++) if (j !== i + 1 && scores[row + j]! > scores[row + best]!) best = j;
    heads[i] = best - 1;
  }
  return heads;
}

/** Whether every token reaches the one root. */
export function isTree(heads: Int32Array): boolean {
  let roots = 0;
  const seen = new Int32Array(heads.length).fill(-1);
  for (let i = 0; i < heads.length; i++) {
    if (heads[i]! < 0) roots++;
    for (let at = i; at >= 0 && seen[at] !== i; at = heads[at]!) {
      if (seen[at]! >= 0) break;
      seen[at] = i;
      if (heads[at]! >= 0 && seen[heads[at]!] === i) return false;
    }
  }
  return roots === 1;
}

/** Tries the likeliest roots in turn with all other arcs from the root cut. */
function bestSingleRooted(scores: Float32Array, length: number, stride: number): Int32Array {
  const candidates = Array.from({ length }, (_, i) => i).sort((a, b) => rootScore(b) - rootScore(a));
  let best = new Int32Array(length);
  let bestTotal = -Infinity;
  for (const root of candidates.slice(0, MAX_ROOTS_TRIED)) {
    const heads = treeUnder(root, scores, length, stride);
    let total = 0;
    for (let i = 0; i < length; i++) total += scores[i * stride + heads[i]! + 1]!;
    if (total > bestTotal) {
      bestTotal = total;
      best = heads;
    }
  }
  return best;

  /** How much better the root is for a token than its best head. */
  function rootScore(i: number): number {
    let other = -1e9;
    for (let j = 1; j <= length; j++) if (j !== i + 1) other = Math.max(other, scores[i * stride + j]!);
    return scores[i * stride]! - other;
  }
}

const MAX_ROOTS_TRIED = 3;

/** The best tree of tokens 0 … length - 1 under token `root`. */
function treeUnder(root: number, scores: Float32Array, length: number, stride: number): Int32Array<ArrayBuffer> {
  const weights = new Float64Array(length * length).fill(-Infinity);
  for (let i = 0; i < length; i++) {
    for (let j = 0; j < length; j++) if (i !== j) weights[i * length + j] = scores[i * stride + j + 1]!;
  }
  const heads = contract(weights, length, root);
  heads[root] = -1;
  return heads;
}

/** Chu-Liu-Edmonds over `weights[dependent * size + head]`. */
function contract(weights: Float64Array, size: number, root: number): Int32Array<ArrayBuffer> {
  const heads = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    let best = i === 0 ? 1 : 0;
    for (let j = 0; j < size; j++) if (j !== i && weights[i * size + j]! > weights[i * size + best]!) best = j;
    heads[i] = i === root ? -1 : best;
  }
  const cycle = findCycle(heads);
  if (cycle === undefined) return heads;
  const inCycle = new Uint8Array(size);
  for (const i of cycle) inCycle[i] = 1;
  const outside: number[] = [];
  for (let i = 0; i < size; i++) if (inCycle[i] === 0) outside.push(i);
  const smaller = outside.length + 1;
  const merged = outside.length;
  const contracted = new Float64Array(smaller * smaller).fill(-Infinity);
  const enter = new Int32Array(smaller);
  const leave = new Int32Array(smaller);
  outside.forEach((i, a) => {
    outside.forEach((j, b) => {
      contracted[a * smaller + b] = weights[i * size + j]!;
    });
    for (const j of cycle) {
      if (weights[i * size + j]! > contracted[a * smaller + merged]!) {
        contracted[a * smaller + merged] = weights[i * size + j]!;
        leave[a] = j;
      }
      const gain = weights[j * size + i]! - weights[j * size + heads[j]!]!;
      if (gain > contracted[merged * smaller + a]!) {
        contracted[merged * smaller + a] = gain;
        enter[a] = j;
      }
    }
  });
  const inner = contract(contracted, smaller, outside.indexOf(root));
  outside.forEach((i, a) => {
    const head = inner[a]!;
    heads[i] = head < 0 ? -1 : head === merged ? leave[a]! : outside[head]!;
  });
  const from = inner[merged]!;
  heads[enter[from]!] = outside[from]!;
  return heads;
}

function findCycle(heads: Int32Array): number[] | undefined {
  const seen = new Int32Array(heads.length).fill(-1);
  for (let i = 0; i < heads.length; i++) {
    let at = i;
    while (at >= 0 && seen[at]! < 0) {
      seen[at] = i;
      at = heads[at]!;
    }
    if (at < 0 || seen[at] !== i) continue;
    const cycle = [at];
    for (let next = heads[at]!; next !== at; next = heads[next]!) cycle.push(next);
    return cycle;
  }
  return undefined;
}
