import type { DocumentProfile } from './document-sketch.ts';
import { Edges } from './edges.ts';
import type { LinkWeights } from './link-weights.ts';
import { SparseRow } from './sparse-row.ts';
import { byDay, clusterDocuments, SHARED_KEYS, storyScore } from './stories.ts';
import { WindowIndex } from './window-index.ts';

/** A document in the graph of those that may tell one story. */
export interface StoryNode {
  readonly id: number;
  readonly documentId: string;
  readonly day: number | null;
  readonly keys: Uint32Array;
  /** Others that may tell the same story, by id, and how likely. */
  readonly neighbours: SparseRow;
  /** Id of the first document of its story. */
  story: number;
}

/** What adding documents changed. */
export interface GraphChange {
  /** Nodes whose neighbours or story are others than before. */
  readonly changed: ReadonlySet<StoryNode>;
  /** Nodes that lost a neighbour. */
  readonly parted: ReadonlySet<StoryNode>;
}

/**
 * The graph of documents that may tell one story, and its clusters. It is a function of the set of documents, however they came
 * in; adding some costs what touches them: their candidates, and the connected parts of the graph that they join.
 */
export class StoryGraph {
  readonly #weights: LinkWeights;
  readonly #profileOf: (id: number) => DocumentProfile;
  readonly #nodes = new Map<number, StoryNode>();

  constructor(weights: LinkWeights, profileOf: (id: number) => DocumentProfile) {
    this.#weights = weights;
    this.#profileOf = profileOf;
  }

  /** Puts back a node as it was saved. */
  restore(node: StoryNode): void {
    this.#nodes.set(node.id, node);
  }

  /** All nodes in the order of their days. */
  ordered(): StoryNode[] {
    return [...this.#nodes.values()].sort(byDay);
  }

  get(id: number): StoryNode {
    return this.#nodes.get(id)!;
  }

  add(documents: readonly Pick<StoryNode, 'id' | 'documentId' | 'day' | 'keys'>[]): GraphChange {
    if (documents.length === 0) return { changed: new Set(), parted: new Set() };
    const fresh = new Set<StoryNode>();
    for (const { id, documentId, day, keys } of documents) {
      const node: StoryNode = { id, documentId, day, keys, neighbours: new SparseRow(), story: id };
      this.#nodes.set(id, node);
      fresh.add(node);
    }
    const order = this.ordered();
    const index = new WindowIndex(order.map(({ keys }) => keys));
    const parted = new Set<StoryNode>();
    this.#dropParted(order, index, fresh, parted);
    const changed = fresh.union(parted);
    this.#connect(order, index, fresh, changed);
    this.#cluster(order, changed);
    return { changed, parted };
  }

  /** Pairs that are no neighbours any more since others came between them. */
  #dropParted(order: readonly StoryNode[], index: WindowIndex, fresh: Set<StoryNode>, parted: Set<StoryNode>): void {
    if (fresh.size === order.length) return;
    const isNew = (place: number) => fresh.has(order[place]!);
    order.forEach((node, place) => {
      if (!fresh.has(node)) return;
      index.partedBy(place, isNew, (placeA, placeB) => {
        const [a, b] = [order[placeA]!, order[placeB]!];
        if (!a.neighbours.has(b.id) || index.areNeighbours(placeA, placeB, SHARED_KEYS)) return;
        a.neighbours.delete(b.id);
        b.neighbours.delete(a.id);
        parted.add(a).add(b);
      });
    });
  }

  #connect(order: readonly StoryNode[], index: WindowIndex, fresh: Set<StoryNode>, changed: Set<StoryNode>): void {
    order.forEach((node, place) => {
      if (!fresh.has(node)) return;
      const profile = this.#profileOf(node.id);
      index.neighbours(place, SHARED_KEYS, (otherPlace) => {
        const other = order[otherPlace]!;
        if (fresh.has(other) && otherPlace > place) return; // found from there
        const score = storyScore(profile, this.#profileOf(other.id), this.#weights);
        if (score === null) return;
        node.neighbours.set(other.id, score);
        other.neighbours.set(node.id, score);
        changed.add(other);
      });
    });
  }

  /** Clusters the connected parts that hold something changed; all others stay as they are. */
  #cluster(order: readonly StoryNode[], changed: Set<StoryNode>): void {
    const touched = this.#connectedTo(changed);
    const nodes = order.filter((node) => touched.has(node));
    const numbers = new Map(nodes.map(({ id }, number) => [id, number]));
    const edges = new Edges();
    nodes.forEach(({ neighbours }, b) => {
      for (let i = 0; i < neighbours.size; i++) {
        const a = numbers.get(neighbours.keyAt(i))!;
        if (a < b) edges.push(a, b, neighbours.valueAt(i));
      }
    });
    const labels = clusterDocuments(nodes.length, edges, this.#weights);
    nodes.forEach((node, number) => {
      const story = nodes[labels[number]!]!.id;
      if (node.story === story) return;
      node.story = story;
      changed.add(node);
    });
  }

  #connectedTo(from: ReadonlySet<StoryNode>): Set<StoryNode> {
    const reached = new Set(from);
    for (const node of reached) {
      for (let i = 0; i < node.neighbours.size; i++) reached.add(this.#nodes.get(node.neighbours.keyAt(i))!);
    }
    return reached;
  }
}
