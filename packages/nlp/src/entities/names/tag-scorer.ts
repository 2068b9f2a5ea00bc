import { mayEnd, mayStart, PREDECESSORS, TAG_COUNT } from './biluo.ts';

/** A linear-chain model over BILUO tags: `scores[i * TAG_COUNT + tag]` for tokens, `transitions[previous * TAG_COUNT + tag]`. */
export interface ChainScores {
  readonly tokenCount: number;
  readonly scores: Float64Array;
  readonly transitions: Float64Array;
}

/** The best well-formed tag sequence (Viterbi), in O(tokens). */
export function bestTags({ tokenCount, scores, transitions }: ChainScores): Uint8Array {
  const tags = new Uint8Array(tokenCount);
  if (tokenCount === 0) return tags;
  const back = new Uint8Array(tokenCount * TAG_COUNT);
  let current = new Float64Array(TAG_COUNT);
  let next = new Float64Array(TAG_COUNT);
  for (let tag = 0; tag < TAG_COUNT; tag++) current[tag] = mayStart(tag) ? scores[tag]! : -Infinity;
  for (let i = 1; i < tokenCount; i++) {
    for (let tag = 0; tag < TAG_COUNT; tag++) {
      const predecessors = PREDECESSORS[tag]!;
      let best = -Infinity;
      let from = predecessors[0]!;
      for (let k = 0; k < predecessors.length; k++) {
        const previous = predecessors[k]!;
        const score = current[previous]! + transitions[previous * TAG_COUNT + tag]!;
        if (score > best) {
          best = score;
          from = previous;
        }
      }
      next[tag] = best + scores[i * TAG_COUNT + tag]!;
      back[i * TAG_COUNT + tag] = from;
    }
    [current, next] = [next, current];
  }
  let tag = 0;
  for (let t = 1; t < TAG_COUNT; t++) if (mayEnd(t) && current[t]! > current[tag]!) tag = t;
  for (let i = tokenCount - 1; i >= 0; i--) {
    tags[i] = tag;
    tag = back[i * TAG_COUNT + tag]!;
  }
  return tags;
}

/** Probabilities of a linear chain: unary `p[i * TAG_COUNT + tag]`, and what is needed to sum over paths. */
export interface ChainMarginals {
  /** Natural logarithm of the partition function. */
  readonly logPartition: number;
  readonly unary: Float64Array;
  /** Expected count of each transition, summed over positions. */
  readonly pairs: Float64Array;
}

/** Forward-backward over well-formed sequences, in the probability domain with scaling at each token. */
export function chainMarginals({ tokenCount, scores, transitions }: ChainScores): ChainMarginals {
  const T = TAG_COUNT;
  const emission = new Float64Array(tokenCount * T);
  const forward = new Float64Array(tokenCount * T);
  const backward = new Float64Array(tokenCount * T);
  const scale = new Float64Array(tokenCount);
  const moves = transitions.map(Math.exp);
  const pairs = new Float64Array(T * T);
  let logPartition = 0;
  for (let i = 0; i < tokenCount; i++) {
    let top = -Infinity;
    for (let t = 0; t < T; t++) if (scores[i * T + t]! > top) top = scores[i * T + t]!;
    let sum = 0;
    for (let t = 0; t < T; t++) {
      const e = Math.exp(scores[i * T + t]! - top);
      emission[i * T + t] = e;
      let inflow = 0;
      if (i === 0) inflow = mayStart(t) ? 1 : 0;
      else {
        const predecessors = PREDECESSORS[t]!;
        for (let k = 0; k < predecessors.length; k++) {
          const p = predecessors[k]!;
          inflow += forward[(i - 1) * T + p]! * moves[p * T + t]!;
        }
      }
      const f = i === tokenCount - 1 && !mayEnd(t) ? 0 : inflow * e;
      forward[i * T + t] = f;
      sum += f;
    }
    for (let t = 0; t < T; t++) forward[i * T + t]! /= sum;
    scale[i] = sum;
    logPartition += Math.log(sum) + top;
  }
  for (let t = 0; t < T; t++) backward[(tokenCount - 1) * T + t] = mayEnd(t) ? 1 : 0;
  for (let i = tokenCount - 1; i > 0; i--) {
    for (let t = 0; t < T; t++) {
      const out = (emission[i * T + t]! * backward[i * T + t]!) / scale[i]!;
      if (out === 0) continue;
      const predecessors = PREDECESSORS[t]!;
      for (let k = 0; k < predecessors.length; k++) {
        const p = predecessors[k]!;
        const flow = moves[p * T + t]! * out;
        backward[(i - 1) * T + p]! += flow;
        pairs[p * T + t]! += forward[(i - 1) * T + p]! * flow;
      }
    }
  }
  const unary = forward;
  for (let k = 0; k < unary.length; k++) unary[k]! *= backward[k]!;
  return { logPartition, unary, pairs };
}
