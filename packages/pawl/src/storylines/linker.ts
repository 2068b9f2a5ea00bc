import type { LinkedDocumentColumns, LinkingUpdate, SketchedDocument } from '../checkpoint/linking-state.ts';
import { unpackBytes } from '../checkpoint/packed-bytes.ts';
import { readAhead } from '../checkpoint/read-ahead.ts';
import type { DocumentResult } from '../domain/result.ts';
import type { DocumentMeanings } from './document-meanings.ts';
import { sketchDocument } from './document-sketch.ts';
import type { LinkWeights } from './link-weights.ts';
import { decodeContent } from './sketch-codec.ts';
import { type KeptBytes, SketchShelf } from './sketch-shelf.ts';
import { type Story, StoryGraph, type StoryNode } from './story-graph.ts';
import { type ComposedStoryline, StorylineComposer } from './storyline-composer.ts';
import { identifyStories, type StorylineChange } from './storyline-identity.ts';
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
export interface LinkPass extends Pick<LinkingUpdate, 'neighbours' | 'documents'> {
  /** Composed one by one as they are taken: together they may be large. */
  readonly storylines: AsyncIterable<ComposedStoryline>;
  /** Storylines that are no more. */
  readonly removed: readonly string[];
  /** What became of storylines since the batch was last settled. */
  readonly changes: readonly StorylineChange[];
}

/** A story that is a storyline: two documents or more. */
interface IdentifiedStory extends Story {
  readonly storylineId: string;
}

/** So many documents, or the storylines they are of, are fetched to be composed. */
const FETCHED_DOCUMENTS = 500;

/**
 * Links the documents of a batch. What it gives is a function of the documents, the weights and the storylines that were settled
 * before; adding documents compares nothing but them. Computes for long: belongs in a thread of its own.
 */
export class Linker {
  readonly #composer: StorylineComposer;
  readonly #kept: KeptBytes;
  readonly #shelf: SketchShelf;
  readonly #graph: StoryGraph;
  readonly #rarity = loadWordRarity();
  /** The storyline of each document when the batch was last settled. */
  readonly #settled: Map<string, string>;
  /** The storyline of each document now. */
  readonly #storylines = new Map<StoryNode, string>();
  #added: StoryNode[] = [];

  /**
   * @param settled document id and storyline id, as the batch was last settled
   * @param kept gives what was saved of {@link add} and {@link link} before
   */
  constructor(weights: LinkWeights, settled: Iterable<readonly [string, string]>, kept: KeptBytes) {
    this.#composer = new StorylineComposer(weights);
    this.#kept = kept;
    this.#shelf = new SketchShelf(kept);
    this.#graph = new StoryGraph(weights);
    this.#settled = new Map(settled);
  }

  /** Puts back documents as they were saved, in their order; those that are not linked yet are with the next {@link link}. */
  restore(columns: LinkedDocumentColumns): void {
    const { resultSeqs, documentIds, days, areLinked, storylineIds } = columns;
    const [keys, neighbours, likelihoods] = [columns.keys, columns.neighbours, columns.likelihoods].map(unpackBytes);
    resultSeqs.forEach((id, i) => {
      const node = { id, documentId: documentIds[i]!, day: days[i]!, keys: words(keys![i]!) };
      if (!areLinked[i]!) this.#added.push(node);
      else {
        const likely = likelihoods![i]!;
        this.#graph.restore(node, {
          neighbours: words(neighbours![i]!),
          likelihoods: new Float32Array(
            likely.buffer,
            likely.byteOffset,
            likely.length / Float32Array.BYTES_PER_ELEMENT,
          ),
        });
      }
      const storylineId = storylineIds[i]!;
      if (storylineId !== null) this.#storylines.set(node, storylineId);
    });
  }

  /** Takes up new results; {@link link} links them. */
  add(results: readonly UnlinkedResult[]): SketchedDocument[] {
    return results.map(({ resultSeq, result, meanings = null }) => {
      const sketch = sketchDocument(JSON.parse(result) as DocumentResult, this.#rarity, meanings);
      const { documentId, day, keys } = sketch;
      this.#added.push({ id: resultSeq, documentId, day, keys });
      const { profile, content } = this.#shelf.add(resultSeq, sketch);
      return { resultSeq, documentId, day, keys, profile, sketch: content };
    });
  }

  async link(): Promise<LinkPass> {
    const added = this.#added;
    this.#added = [];
    const adding = this.#graph.add(added);
    let step = adding.next();
    while (step.done !== true) step = adding.next(await this.#shelf.profiles(step.value));
    const { changed, parted } = step.value;
    const stories = this.#graph.stories().filter(({ nodes }) => nodes.length > 1);
    const { ids, changes } = this.#identify(stories);
    const identified = stories.map((story, i) => ({ ...story, storylineId: ids[i]! }));
    const before = groupSizes(this.#storylines.values());
    const looser = this.#looser(parted);
    const rewritten = identified.filter((story) => !this.#isAsBefore(story, before, looser));
    const moved = this.#moveDocuments(identified);
    for (const node of added) moved.add(node);
    const living = new Set(ids);
    return {
      neighbours: this.#graph
        .neighbourhoods(changed)
        .map(({ id, neighbours, likelihoods }) => ({ resultSeq: id, neighbours, likelihoods })),
      documents: Array.from(moved, (node) => ({
        resultSeq: node.id,
        storylineId: this.#storylines.get(node) ?? null,
      })),
      storylines: this.#composeAll(rewritten),
      removed: [...before.keys()].filter((id) => !living.has(id)),
      changes,
    };
  }

  /** What is linked now becomes what identities are measured by. */
  settle(): void {
    this.#settled.clear();
    for (const [{ documentId }, storylineId] of this.#storylines) this.#settled.set(documentId, storylineId);
  }

  #identify(stories: readonly Story[]) {
    const identified = stories.map(({ nodes }) =>
      nodes.map(({ documentId }) => ({ documentId, before: this.#settled.get(documentId) ?? null })),
    );
    return identifyStories(identified, this.#settled);
  }

  /** Storylines of which two documents are no neighbours any more. */
  #looser(parted: readonly (readonly [StoryNode, StoryNode])[]): Set<string> {
    const both = parted.map(([a, b]) => [this.#storylines.get(a), this.#storylines.get(b)]);
    return new Set(both.flatMap(([a, b]) => (a !== undefined && a === b ? [a] : [])));
  }

  #isAsBefore(
    { nodes, storylineId }: IdentifiedStory,
    before: ReadonlyMap<string, number>,
    looser: ReadonlySet<string>,
  ) {
    return (
      before.get(storylineId) === nodes.length &&
      !looser.has(storylineId) &&
      nodes.every((node) => this.#storylines.get(node) === storylineId)
    );
  }

  /** @returns the documents whose storyline is another than before */
  #moveDocuments(stories: readonly IdentifiedStory[]): Set<StoryNode> {
    const moved = new Set<StoryNode>();
    const left = new Set(this.#storylines.keys());
    for (const { nodes, storylineId } of stories) {
      for (const node of nodes) {
        left.delete(node);
        if (this.#storylines.get(node) === storylineId) continue;
        this.#storylines.set(node, storylineId);
        moved.add(node);
      }
    }
    for (const node of left) {
      this.#storylines.delete(node);
      moved.add(node);
    }
    return moved;
  }

  async *#composeAll(stories: readonly IdentifiedStory[]): AsyncGenerator<ComposedStoryline> {
    for await (const { group, sketches, kept } of readAhead(this.#fetchAll(stories))) {
      let at = 0;
      for (const [i, { nodes, likelihoods, storylineId }] of group.entries()) {
        const first = at;
        at += nodes.length;
        const members = nodes.map(({ id }, j) => ({
          id,
          content: decodeContent(sketches[first + j]!),
          likelihood: likelihoods[j]!,
        }));
        yield this.#composer.compose(storylineId, members, kept[i]!);
      }
    }
  }

  /** Stories, some at once, with the sketches of their documents, one after the other, and what was kept of each. */
  async *#fetchAll(stories: readonly IdentifiedStory[]) {
    for (const group of inGroups(stories)) {
      const resultSeqs = group.flatMap(({ nodes }) => nodes.map(({ id }) => id));
      const storylineIds = group.map(({ storylineId }) => storylineId);
      const [sketches, kept] = await Promise.all([
        this.#kept({ kind: 'sketches', resultSeqs }),
        this.#kept({ kind: 'storylines', storylineIds }),
      ]);
      yield { group, sketches: unpackBytes(sketches), kept: unpackBytes(kept) };
    }
  }
}

function* inGroups(stories: readonly IdentifiedStory[]): Generator<IdentifiedStory[]> {
  let [group, documents]: [IdentifiedStory[], number] = [[], 0];
  for (const story of stories) {
    group.push(story);
    documents += story.nodes.length;
    if (documents < FETCHED_DOCUMENTS) continue;
    yield group;
    [group, documents] = [[], 0];
  }
  if (group.length > 0) yield group;
}

function words({ buffer, byteOffset, length }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length / Uint32Array.BYTES_PER_ELEMENT);
}

function groupSizes(names: Iterable<string>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return sizes;
}
