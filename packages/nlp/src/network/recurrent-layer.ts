import type { Kernels } from '../kernels/kernels.ts';
import { blocksOf, layerWidth, type NetworkShape, type VectorWeights } from './tensors.ts';

/** What one bidirectional layer of Simple Recurrent Units computes over the tokens of several sentences. */
export interface LayerActivations {
  /** tokens × (2 directions × blocks × hidden); after the run the gates replace their pre-activations. */
  readonly u: Float32Array;
  /** 2 directions × tokens × hidden. */
  readonly states: Float32Array;
  /** tokens × (2 × hidden). */
  readonly out: Float32Array;
}

export function layerActivations(
  kernels: Kernels,
  shape: NetworkShape,
  layer: number,
  tokens: number,
): LayerActivations {
  return {
    u: kernels.workspace.floats(tokens * layerWidth(shape, layer)),
    states: kernels.workspace.floats(tokens * 2 * shape.hidden),
    out: kernels.workspace.floats(tokens * 2 * shape.hidden),
  };
}

/** Where the recurrence of one direction over one sentence reads and writes, in bytes. */
export interface Passage {
  readonly u: number;
  readonly uRow: number;
  readonly highway: number;
  readonly highwayRow: number;
  readonly parameters: number;
  readonly states: number;
  readonly out: number;
  readonly outRow: number;
  readonly steps: number;
  readonly reverse: boolean;
}

/** The passages of a layer: two for each sentence; `highway` is the layer's input (unused by the first layer). */
export function* passages(
  shape: NetworkShape,
  weights: VectorWeights,
  layer: number,
  { u, states, out }: LayerActivations,
  highway: Float32Array,
  lengths: readonly number[],
): Generator<Passage> {
  const { hidden } = shape;
  const blocks = blocksOf(layer);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const uRow = 4 * 2 * blocks * hidden;
  const outRow = 4 * 2 * hidden;
  let first = 0;
  for (const steps of lengths) {
    for (let direction = 0; direction < 2; direction++) {
      const uAt = u.byteOffset + first * uRow + 4 * direction * blocks * hidden;
      yield {
        u: uAt,
        uRow,
        highway: layer === 0 ? uAt + 4 * 3 * hidden : highway.byteOffset + first * outRow + 4 * direction * hidden,
        highwayRow: layer === 0 ? uRow : outRow,
        parameters: weights.recurrent[layer]!.byteOffset + 4 * direction * 4 * hidden,
        states: states.byteOffset + 4 * hidden * (direction * tokens + first),
        out: out.byteOffset + first * outRow + 4 * direction * hidden,
        outRow,
        steps,
        reverse: direction === 1,
      };
    }
    first += steps;
  }
}

/** Runs the recurrence over `u`; sentences lie one after the other, `lengths` tokens each. */
export function runRecurrence(
  kernels: Kernels,
  shape: NetworkShape,
  weights: VectorWeights,
  layer: number,
  activations: LayerActivations,
  highway: Float32Array,
  lengths: readonly number[],
): void {
  for (const p of passages(shape, weights, layer, activations, highway, lengths)) {
    kernels.sruForward(
      p.u,
      p.uRow,
      p.highway,
      p.highwayRow,
      p.parameters,
      p.states,
      p.out,
      p.outRow,
      p.steps,
      shape.hidden,
      p.reverse,
    );
  }
}
