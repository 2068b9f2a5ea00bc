import type { DocumentProfile } from './document-sketch.ts';
import { Edges } from './edges.ts';
import type { LinkWeights } from './link-weights.ts';
import { PairFilter } from './pair-filter.ts';
import { byDay, clusterDocuments, SHARED_KEYS, storyScore } from './stories.ts';
import { WINDOW, WindowIndex } from './window-index.ts';

/** A document in the graph of those that may tell one story. */
export interface StoryNode {
  readonly id: number;
  readonly documentId: string;
  readonly day: number | null;
  readonly keys: Uint32Array;
}

/** Others of lower ids that may tell the same story as a document, and how likely. */
export interface Neighbourhood {
  readonly neighbours: Uint32Array;
  readonly likelihoods: Float32Array;
}

/** Documents that tell one story, in the order of their days. */
export interface Story {
  readonly nodes: readonly StoryNode[];
  /** Of each the mean likelihood to tell one story with the others, over those it can have been compared with. */
  readonly likelihoods: readonly number[];
}

/** What adding documents changed. */
export interface GraphChange {
  /** Nodes whose neighbourhood is another than before. */
  readonly changed: ReadonlySet<StoryNode>;
  /** Pairs that are no neighbours any more. */
  readonly parted: readonly (readonly [StoryNode, StoryNode])[];
}

/** Work that asks for the profiles of documents by their ids when it needs them, and is given a map that has them. */
export type ProfiledWork<Result> = Generator<readonly number[], Result, ReadonlyMap<number, DocumentProfile>>;

/** So many documents are compared with their candidates at once. */
const GROUP = 256;

/**
 * The graph of documents that may tell one story, and its clusters. It is a function of the set of documents, however they came
 * in. Adding some compares them with their candidates and nothing else; the clusters are made anew from all that is known of pairs,
 * since all documents of a batch hang together by some chain of pairs: that takes little beside what comparing them took.
 */
export class StoryGraph {
  readonly #weights: LinkWeights;
  readonly #nodes: StoryNode[] = [];
  /** Place in {@link #nodes} of each id. */
  readonly #places = new Map<number, number>();
  /** Between nodes, by their places. */
  readonly #edges = new Edges();
  /** The places of all nodes in the order of their days; null when that is not known. */
  #order: Int32Array | null = null;

  constructor(weights: LinkWeights) {
    this.#weights = weights;
  }

  /** Puts back a node as it was saved, after all of lower ids. */
  restore(node: StoryNode, { neighbours, likelihoods }: Neighbourhood): void {
    const place = this.#put(node);
    for (let i = 0; i < neighbours.length; i++) {
      this.#edges.push(this.#places.get(neighbours[i]!)!, place, likelihoods[i]!);
    }
  }

  /** @param nodes with ids higher than all there are, in ascending order */
  *add(nodes: readonly StoryNode[]): ProfiledWork<GraphChange> {
    if (nodes.length === 0) return { changed: new Set(), parted: [] };
    const firstNew = this.#nodes.length;
    for (const node of nodes) this.#put(node);
    const order = this.#inOrder();
    const index = new WindowIndex(Array.from(order, (place) => this.#nodes[place]!.keys));
    const parted = this.#dropParted(order, index, firstNew);
    yield* this.#connect(order, index, firstNew);
    // Of two it is the later one that knows of the other.
    const changed = new Set([...nodes, ...parted.map(([, later]) => later)]);
    return { changed, parted };
  }

  /** What is known of the neighbours of some nodes. */
  neighbourhoods(of: ReadonlySet<StoryNode>): (Neighbourhood & { readonly id: number })[] {
    const slots = new Int32Array(this.#nodes.length).fill(-1);
    const found = Array.from(of, ({ id }, slot) => {
      slots[this.#places.get(id)!] = slot;
      return { id, neighbours: [] as number[], likelihoods: [] as number[] };
    });
    this.#edges.forEach((a, b, score) => {
      const entry = found[slots[Math.max(a, b)]!];
      entry?.neighbours.push(this.#nodes[Math.min(a, b)]!.id);
      entry?.likelihoods.push(score);
    });
    return found.map(({ id, neighbours, likelihoods }) => ({
      id,
      neighbours: Uint32Array.from(neighbours),
      likelihoods: Float32Array.from(likelihoods),
    }));
  }

  /** All documents by their stories, in the order of the first; those that tell one of their own, too. */
  stories(): Story[] {
    const order = this.#inOrder();
    const numbers = new Int32Array(order.length);
    order.forEach((place, number) => {
      numbers[place] = number;
    });
    const { a, b, scores } = this.#edges.columns();
    const numbered = { a: a.map((place) => numbers[place]!), b: b.map((place) => numbers[place]!), scores };
    const labels = clusterDocuments(order.length, Edges.ofColumns(numbered), this.#weights);
    const sums = new Float64Array(order.length);
    for (let edge = 0; edge < scores.length; edge++) {
      const [x, y] = [numbered.a[edge]!, numbered.b[edge]!];
      if (labels[x] !== labels[y]) continue;
      sums[x]! += scores[edge]!;
      sums[y]! += scores[edge]!;
    }
    return [...Map.groupBy(order.keys(), (number) => labels[number]!).values()].map((members) => {
      const compared = Math.min(members.length - 1, WINDOW);
      return {
        nodes: members.map((number) => this.#nodes[order[number]!]!),
        likelihoods: members.map((number) => (compared === 0 ? 0 : Math.min(1, sums[number]! / compared))),
      };
    });
  }

  #put(node: StoryNode): number {
    const place = this.#nodes.push(node) - 1;
    this.#places.set(node.id, place);
    this.#order = null;
    return place;
  }

  #inOrder(): Int32Array {
    this.#order ??= Int32Array.from(this.#nodes.keys()).sort((a, b) => byDay(this.#nodes[a]!, this.#nodes[b]!));
    return this.#order;
  }

  /** Takes out pairs that are no neighbours any more since others came between them. @returns them, the later one behind */
  #dropParted(order: Int32Array, index: WindowIndex, firstNew: number): (readonly [StoryNode, StoryNode])[] {
    const parted: (readonly [StoryNode, StoryNode])[] = [];
    if (firstNew === 0) return parted;
    const maybe = new PairFilter(order.length - firstNew);
    const numbers = new Int32Array(order.length);
    const isNew = (number: number) => order[number]! >= firstNew;
    order.forEach((place, number) => {
      numbers[place] = number;
      if (place >= firstNew) index.partedBy(number, isNew, (a, b) => maybe.add(order[a]!, order[b]!));
    });
    const dropped = new Set<number>();
    const { a, b } = this.#edges.columns();
    for (let edge = 0; edge < a.length; edge++) {
      const [x, y] = [a[edge]!, b[edge]!];
      if (!maybe.mayHave(x, y) || index.areNeighbours(numbers[x]!, numbers[y]!, SHARED_KEYS)) continue;
      dropped.add(edge);
      parted.push([this.#nodes[Math.min(x, y)]!, this.#nodes[Math.max(x, y)]!]);
    }
    this.#edges.drop(dropped);
    return parted;
  }

  *#connect(order: Int32Array, index: WindowIndex, firstNew: number): ProfiledWork<void> {
    const fresh = [...order.keys()].filter((number) => order[number]! >= firstNew);
    for (let at = 0; at < fresh.length; at += GROUP) {
      const candidates = fresh.slice(at, at + GROUP).map((number) => {
        const others: number[] = [];
        index.neighbours(number, SHARED_KEYS, (other) => {
          if (order[other]! < firstNew || other < number) others.push(order[other]!); // else it is found from there
        });
        return { place: order[number]!, others };
      });
      const wanted = new Set(candidates.flatMap(({ place, others }) => [place, ...others]));
      const profiles = yield Array.from(wanted, (place) => this.#nodes[place]!.id);
      const profileOf = (place: number) => profiles.get(this.#nodes[place]!.id)!;
      for (const { place, others } of candidates) {
        const profile = profileOf(place);
        for (const other of others) {
          const score = storyScore(profile, profileOf(other), this.#weights);
          if (score !== null) this.#edges.push(other, place, score);
        }
      }
    }
  }
}
