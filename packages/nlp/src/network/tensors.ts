import type { Workspace } from '../kernels/workspace.ts';

/** Sizes of the network; column counts are multiples of 8 for the kernels. */
export interface NetworkShape {
  /** Numbered word features. */
  readonly features: number;
  /** Units of a word's embedding. */
  readonly embedding: number;
  /** Units of each direction of each recurrent layer. */
  readonly hidden: number;
  readonly layers: number;
  /** Units of an arc's dependent and head vectors. */
  readonly arc: number;
  /** Units of a label's hidden layer. */
  readonly label: number;
  /** UPOS scores, then XPOS scores, padded. */
  readonly tags: number;
  /** Label scores, padded. */
  readonly labels: number;
}

/** The dense weights of the network, matrices row by row with inputs as rows. */
export interface DenseTensors {
  /** Per recurrent layer: inputs × (both directions' candidate, forget, reset, and in the first layer highway). */
  readonly input: readonly Float32Array[];
  /** Per recurrent layer and direction: forget and reset state weights, forget and reset biases. */
  readonly recurrent: readonly Float32Array[];
  /** 2 hidden × (arc dependent, arc head, label dependent, label head, tags). */
  readonly project: Float32Array;
  readonly projectBias: Float32Array;
  /** arc × arc, the biaffine form (Dozat & Manning 2017), and the bias of each head unit. */
  readonly arc: Float32Array;
  readonly arcBias: Float32Array;
  /** The root's arc head vector and label head vector. */
  readonly rootArc: Float32Array;
  readonly rootLabel: Float32Array;
  /** label × labels. */
  readonly label: Float32Array;
  readonly labelBias: Float32Array;
}

/** Blocks of a recurrent layer's pre-activations per direction; the first layer learns its highway too. */
export const blocksOf = (layer: number): number => (layer === 0 ? 4 : 3);

/** Columns of the projection. */
export const projectionWidth = (shape: NetworkShape): number => 2 * shape.arc + 2 * shape.label + shape.tags;

/** The size of every dense tensor in the order of {@link denseTensors}. */
function tensorSizes(shape: NetworkShape): number[] {
  const sizes: number[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const inputs = layer === 0 ? shape.embedding : 2 * shape.hidden;
    sizes.push(inputs * 2 * blocksOf(layer) * shape.hidden, 2 * 4 * shape.hidden);
  }
  const width = projectionWidth(shape);
  sizes.push(2 * shape.hidden * width, width, shape.arc * shape.arc, shape.arc, shape.arc, shape.label);
  sizes.push(shape.label * shape.labels, shape.labels);
  return sizes;
}

/** Floats of all dense tensors together. */
export const denseSize = (shape: NetworkShape): number => tensorSizes(shape).reduce((sum, size) => sum + size, 0);

/** Lays the dense tensors over one run of `workspace` (its content is left as found), which is returned as `all`. */
export function denseTensors(shape: NetworkShape, workspace: Workspace): DenseTensors & { readonly all: Float32Array } {
  const all = workspace.floats(denseSize(shape));
  let offset = 0;
  const views = tensorSizes(shape).map((size) => {
    const view = all.subarray(offset, offset + size);
    offset += size;
    return view;
  });
  const layered = views.slice(0, 2 * shape.layers);
  const [project, projectBias, arc, arcBias, rootArc, rootLabel, label, labelBias] = views.slice(2 * shape.layers);
  return {
    all,
    input: layered.filter((_, i) => i % 2 === 0),
    recurrent: layered.filter((_, i) => i % 2 === 1),
    project: project!,
    projectBias: projectBias!,
    arc: arc!,
    arcBias: arcBias!,
    rootArc: rootArc!,
    rootLabel: rootLabel!,
    label: label!,
    labelBias: labelBias!,
  };
}
