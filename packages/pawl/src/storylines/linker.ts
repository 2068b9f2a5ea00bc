import type { LinkedDocumentRow, LinkingUpdate } from '../checkpoint/linking-state.ts';
import type { DocumentResult } from '../domain/result.ts';
import { composeStoryline, eventsInOrder } from './compose-storyline.ts';
import { EventClustering } from './coreference.ts';
import type { DocumentMeanings } from './document-meanings.ts';
import { type DocumentSketch, sketchDocument } from './document-sketch.ts';
import { linkEvents } from './event-links.ts';
import type { RelatedWords } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { SketchShelf } from './sketch-shelf.ts';
import { SparseRow } from './sparse-row.ts';
import { StoryGraph, type StoryNode } from './story-graph.ts';
import type { Linkage, Storyline } from './storyline.ts';
import { identifyStories, type StorylineChange } from './storyline-identity.ts';
import { WINDOW } from './window-index.ts';
import { loadWordRarity } from './word-rarity.ts';

/** A result that linking has not seen. */
export interface UnlinkedResult {
  readonly resultSeq: number;
  /** JSON of the DocumentResult. */
  readonly result: string;
  /** Absent where no embedding model is asked. */
  readonly meanings?: DocumentMeanings;
}

/** What linking changed: all of it, or nothing, must be saved. */
export interface LinkPass {
  readonly documents: LinkingUpdate['documents'];
  /** Composed one by one as they are taken: together they may be large. */
  readonly storylines: Iterable<ComposedStoryline>;
  /** Storylines that are no more. */
  readonly removed: readonly string[];
  /** What became of storylines since the batch was last settled. */
  readonly changes: readonly StorylineChange[];
}

export interface ComposedStoryline {
  readonly storyline: Storyline;
  readonly linkages: readonly Linkage[];
}

/**
 * Links the documents of a batch. What it gives is a function of the documents, the weights and the storylines that were settled
 * before; adding documents costs what they touch. Computes for long: belongs in a thread of its own.
 */
export class Linker {
  readonly #weights: LinkWeights;
  readonly #related: RelatedWords;
  readonly #events: EventClustering;
  readonly #shelf = new SketchShelf();
  readonly #graph: StoryGraph;
  readonly #rarity = loadWordRarity();
  /** The storyline of each document when the batch was last settled. */
  readonly #settled: Map<string, string>;
  /** The storyline of each document now, by result number. */
  readonly #storylines = new Map<number, string>();
  #added: Pick<StoryNode, 'id' | 'documentId' | 'day' | 'keys'>[] = [];

  /** @param settled document id and storyline id, as the batch was last settled */
  constructor(weights: LinkWeights, settled: Iterable<readonly [string, string]>) {
    this.#weights = weights;
    this.#related = relatedWordsOf(weights);
    this.#events = new EventClustering(weights);
    this.#graph = new StoryGraph(weights, (id) => this.#shelf.profile(id));
    this.#settled = new Map(settled);
  }

  /** Puts back documents as they were saved; those that are not linked yet are with the next {@link link}. */
  restore(documents: readonly LinkedDocumentRow[]): void {
    for (const { resultSeq, documentId, sketch, day, keys, neighbours, story, storylineId } of documents) {
      this.#shelf.put(resultSeq, sketch);
      if (story === null) this.#added.push({ id: resultSeq, documentId, day, keys });
      else
        this.#graph.restore({ id: resultSeq, documentId, day, keys, neighbours: SparseRow.ofPairs(neighbours), story });
      if (storylineId !== null) this.#storylines.set(resultSeq, storylineId);
    }
  }

  /** Takes up new results; {@link link} links them. */
  add(results: readonly UnlinkedResult[]): LinkedDocumentRow[] {
    return results.map(({ resultSeq, result, meanings = null }) => {
      const sketch = sketchDocument(JSON.parse(result) as DocumentResult, this.#rarity, meanings);
      const bytes = this.#shelf.add(resultSeq, sketch);
      const { documentId, day, keys } = sketch;
      this.#added.push({ id: resultSeq, documentId, day, keys });
      const alone = { neighbours: new Float64Array(0), story: null, storylineId: null };
      return { resultSeq, documentId, sketch: bytes, day, keys, ...alone };
    });
  }

  link(): LinkPass {
    const added = this.#added;
    this.#added = [];
    const { changed, parted } = this.#graph.add(added);
    const stories = this.#stories();
    const { ids, changes } = this.#identify(stories);
    const fresh = new Set([...added, ...parted].map(({ id }) => id));
    const before = groupSizes(this.#storylines.values());
    const rewritten = stories
      .map((nodes, i) => ({ nodes, storylineId: ids[i]! }))
      .filter(({ nodes, storylineId }) => !this.#isAsBefore(nodes, storylineId, before, fresh));
    const moved = this.#moveDocuments(stories, ids);
    const living = new Set(ids);
    return {
      documents: [...changed.union(moved)].map((node) => this.#toUpdate(node)),
      storylines: this.#composeAll(rewritten),
      removed: [...before.keys()].filter((id) => !living.has(id)),
      changes,
    };
  }

  /** What is linked now becomes what identities are measured by. */
  settle(): void {
    this.#settled.clear();
    for (const [id, storylineId] of this.#storylines) this.#settled.set(this.#graph.get(id).documentId, storylineId);
  }

  /** Documents that tell one story, two or more, in the order of the first. */
  #stories(): StoryNode[][] {
    return [...Map.groupBy(this.#graph.ordered(), ({ story }) => story).values()].filter(({ length }) => length > 1);
  }

  #identify(stories: readonly (readonly StoryNode[])[]) {
    const identified = stories.map((nodes) =>
      nodes.map(({ documentId }) => ({ documentId, before: this.#settled.get(documentId) ?? null })),
    );
    return identifyStories(identified, this.#settled);
  }

  #isAsBefore(
    nodes: readonly StoryNode[],
    storylineId: string,
    before: ReadonlyMap<string, number>,
    fresh: ReadonlySet<number>,
  ): boolean {
    return (
      before.get(storylineId) === nodes.length &&
      nodes.every(({ id }) => this.#storylines.get(id) === storylineId && !fresh.has(id))
    );
  }

  /** @returns the documents whose storyline is another than before */
  #moveDocuments(stories: readonly (readonly StoryNode[])[], ids: readonly string[]): Set<StoryNode> {
    const now = new Map(stories.flatMap((nodes, i) => nodes.map(({ id }) => [id, ids[i]!] as const)));
    const moved = new Set<StoryNode>();
    for (const id of new Set([...now.keys(), ...this.#storylines.keys()])) {
      const storylineId = now.get(id);
      if (storylineId === this.#storylines.get(id)) continue;
      moved.add(this.#graph.get(id));
      if (storylineId === undefined) this.#storylines.delete(id);
      else this.#storylines.set(id, storylineId);
    }
    return moved;
  }

  #toUpdate({ id, neighbours, story }: StoryNode): LinkPass['documents'][number] {
    const storylineId = this.#storylines.get(id) ?? null;
    return { resultSeq: id, neighbours: neighbours.toPairs(), story, storylineId };
  }

  *#composeAll(
    stories: readonly { readonly nodes: readonly StoryNode[]; readonly storylineId: string }[],
  ): Generator<ComposedStoryline> {
    for (const { nodes, storylineId } of stories) yield this.#compose(nodes, storylineId);
  }

  #compose(nodes: readonly StoryNode[], storylineId: string): ComposedStoryline {
    const documents: DocumentSketch[] = nodes.map(({ id }) => this.#shelf.sketch(id));
    const events = eventsInOrder(documents);
    const coreference = this.#events.cluster(events);
    const likelihoods = likelihoodsOf(nodes);
    const links = linkEvents(events, coreference, this.#weights, this.#related);
    return {
      storyline: composeStoryline({ storylineId, documents, likelihoods, events, coreference }),
      linkages: links.map((link) => ({ storyline_id: storylineId, ...link })),
    };
  }
}

/** Of each document the mean likelihood to tell one story with the others, over those it can have been compared with. */
function likelihoodsOf(nodes: readonly StoryNode[]): number[] {
  const members = new Set(nodes.map(({ id }) => id));
  const compared = Math.min(nodes.length - 1, WINDOW);
  return nodes.map(({ neighbours }) => {
    let sum = 0;
    for (let i = 0; i < neighbours.size; i++) if (members.has(neighbours.keyAt(i))) sum += neighbours.valueAt(i);
    return Math.min(1, sum / compared);
  });
}

function groupSizes(names: Iterable<string>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return sizes;
}
