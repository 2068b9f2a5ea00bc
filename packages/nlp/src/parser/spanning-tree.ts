/**
 * The best spanning tree under one root (Chu & Liu 1965, Edmonds 1967), O(length²).
 * `scores[i * stride + j]`: token j - 1 as head of token i; column 0 is the root.
 * @returns for each token its head, -1 for the one root.
 */
export function bestTree(scores: Float32Array, length: number, stride: number): Int32Array {
  const heads = greedyHeads(scores, length, stride);
  return isTree(heads) ? heads : new TreeSearch(scores, length, stride).run();
}

function greedyHeads(scores: Float32Array, length: number, stride: number): Int32Array {
  const heads = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const row = i * stride;
    let best = 0;
    for (let j = 1; j <= length; j++) if (j !== i + 1 && scores[row + j]! > scores[row + best]!) best = j;
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
    let at = i;
    while (at >= 0 && seen[at]! < 0) {
      seen[at] = i;
      at = heads[at]!;
    }
    if (at >= 0 && seen[at] === i) return false;
  }
  return roots === 1;
}

/** Outweighs any difference of scores, so that a tree with two arcs from the root never wins. */
const ROOT_PENALTY = 1e6;

/**
 * Edmonds' algorithm grown path by path (Tarjan 1977): from a node go to its best head, on and on; where the path
 * meets itself, the cycle becomes one node. Nodes are the tokens, the root (number `length`), then the cycles.
 */
class TreeSearch {
  readonly #length: number;
  readonly #size: number;
  /** `weights[slot * size + head]`: the best arc from a head into the node that owns the slot, its path's cost counted off. */
  readonly #weights: Float64Array;
  /** The token at which that arc ends. */
  readonly #ends: Int32Array;
  readonly #slot: Int32Array;
  /** The outermost node that each token or the root is part of. */
  readonly #outermost: Int32Array;
  /** The cycle that a node became part of, or -1. */
  readonly #cycleOf: Int32Array;
  readonly #chosenHead: Int32Array;
  readonly #chosenEnd: Int32Array;
  readonly #chosenWeight: Float64Array;
  #nodes: number;

  constructor(scores: Float32Array, length: number, stride: number) {
    const size = length + 1;
    this.#length = length;
    this.#size = size;
    this.#nodes = size;
    this.#weights = new Float64Array(length * size);
    this.#ends = new Int32Array(length * size);
    this.#slot = Int32Array.from({ length: 2 * size }, (_, node) => node);
    this.#outermost = Int32Array.from({ length: size }, (_, node) => node);
    this.#cycleOf = new Int32Array(2 * size).fill(-1);
    this.#chosenHead = new Int32Array(2 * size).fill(-1);
    this.#chosenEnd = new Int32Array(2 * size).fill(-1);
    this.#chosenWeight = new Float64Array(2 * size);
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) this.#weights[i * size + j] = scores[i * stride + j + 1]!;
      this.#weights[i * size + length] = scores[i * stride]! - ROOT_PENALTY;
      this.#ends.fill(i, i * size, (i + 1) * size);
    }
  }

  run(): Int32Array {
    const isDone = new Uint8Array(2 * this.#size);
    const onPath = new Uint8Array(2 * this.#size);
    isDone[this.#length] = 1;
    for (let start = 0; start < this.#length; start++) {
      const path: number[] = [];
      let node = this.#outermost[start]!;
      while (isDone[node] === 0) {
        if (onPath[node] === 1) node = this.#contract(path, node);
        path.push(node);
        onPath[node] = 1;
        node = this.#chooseHead(node);
      }
      for (const each of path) isDone[each] = 1;
    }
    return this.#expand();
  }

  /** Chooses the best arc into `node` from outside and returns the outermost node it comes from. */
  #chooseHead(node: number): number {
    const row = this.#slot[node]! * this.#size;
    let best = -1;
    for (let j = 0; j < this.#size; j++) {
      if (this.#outermost[j] === node) continue;
      if (best < 0 || this.#weights[row + j]! > this.#weights[row + best]!) best = j;
    }
    this.#chosenHead[node] = best;
    this.#chosenEnd[node] = this.#ends[row + best]!;
    this.#chosenWeight[node] = this.#weights[row + best]!;
    return this.#outermost[best]!;
  }

  /** Makes one node of the end of the path from `first` on, takes it off the path and returns it. */
  #contract(path: number[], first: number): number {
    const cycle = this.#nodes++;
    const members = path.splice(path.indexOf(first));
    this.#slot[cycle] = this.#slot[first]!;
    const target = this.#slot[first]! * this.#size;
    for (const member of members) {
      this.#cycleOf[member] = cycle;
      this.#merge(this.#slot[member]! * this.#size, target, this.#chosenWeight[member]!, member === first);
    }
    for (let j = 0; j < this.#size; j++) {
      if (this.#cycleOf[this.#outermost[j]!] === cycle) this.#outermost[j] = cycle;
    }
    return cycle;
  }

  /** Arcs into a member of a cycle become arcs into the cycle, at the price of the member's own arc. */
  #merge(from: number, to: number, price: number, isFirst: boolean): void {
    for (let j = 0; j < this.#size; j++) {
      const weight = this.#weights[from + j]! - price;
      if (!isFirst && weight <= this.#weights[to + j]!) continue;
      this.#weights[to + j] = weight;
      this.#ends[to + j] = this.#ends[from + j]!;
    }
  }

  /** From the outermost cycles inwards: an arc into a cycle replaces the one its end had chosen. */
  #expand(): Int32Array {
    const heads = new Int32Array(this.#length).fill(-1);
    const isReplaced = new Uint8Array(this.#nodes);
    for (let node = this.#nodes - 1; node >= 0; node--) {
      if (isReplaced[node] === 1 || node === this.#length) continue;
      const end = this.#chosenEnd[node]!;
      const head = this.#chosenHead[node]!;
      heads[end] = head === this.#length ? -1 : head;
      for (let part = end; part !== node; part = this.#cycleOf[part]!) isReplaced[part] = 1;
    }
    return heads;
  }
}
