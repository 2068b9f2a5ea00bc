import { agglomerate } from './agglomerate.ts';
import { Edges } from './edges.ts';
import { eventEvidence, type PlacedEvent, type RelatedWords } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { meaningKeys } from './meaning.ts';
import { PairFilter } from './pair-filter.ts';
import { scoreOf } from './score.ts';
import { hashOf } from './sparse-vector.ts';
import { WINDOW, WindowIndex } from './window-index.ts';

/** Pairs less likely than this are as good as strangers. */
const MIN_SCORE = 0.05;
const PREFIX = 4;
const SHARED_PARTICIPANTS = 2;
/** Events that mean what is close share one of these keys, likely from a cosine of 0.7 on. */
const TABLES = 12;
const FIRST_MENTION = -1;

/** The events of a story, grouped by what happened. */
export interface Coreference {
  /** For each event the number of the first event that tells of the same. */
  readonly labels: Int32Array;
  /** Pairs that were found alike. */
  readonly edges: Edges;
  /** For each event the one before it in its group that is most like it, of equals the nearest; -1 for none. */
  readonly antecedents: Int32Array;
}

/** What was found of the events of a story before others came. */
export interface KnownEvents {
  readonly isNew: (event: number) => boolean;
  /** Between those that are not new, as numbered now. */
  readonly edges: Edges;
}

/** Groups the mentions of one story that tell of the same event. */
export class EventClustering {
  readonly #weights: LinkWeights;
  readonly #related: RelatedWords;
  /** Keys of each stem and its related words, and of each prefix; made once. */
  readonly #wordKeys = new Map<string, readonly number[]>();
  readonly #prefixKeys = new Map<string, number>();
  readonly #typeKeys = new Map<string, number>();
  /** The related words of each stem. */
  readonly #relatives = new Map<string, string[]>();

  constructor(weights: LinkWeights) {
    this.#weights = weights;
    this.#related = relatedWordsOf(weights);
    for (const pair of Object.keys(weights.relatedWords)) {
      for (const stem of pair.split(' ')) this.#relatives.set(stem, [...(this.#relatives.get(stem) ?? []), pair]);
    }
  }

  /**
   * @param events in the order that counts as time
   * @param known only the others are compared; what is found is the same
   */
  cluster(events: readonly PlacedEvent[], known: KnownEvents = nothingKnown()): Coreference {
    const index = new WindowIndex(events.map((event) => this.#keysOf(event)));
    const { edges } = known;
    dropParted(edges, index, events.length, known.isNew);
    this.#connect(events, index, known);
    const labels = agglomerate(events.length, edges, { ...this.#weights.events.clustering, maxPairs: WINDOW });
    return { labels, edges, antecedents: antecedentsOf(labels, edges) };
  }

  #connect(events: readonly PlacedEvent[], index: WindowIndex, { isNew, edges }: KnownEvents): void {
    for (let event = 0; event < events.length; event++) {
      if (!isNew(event)) continue;
      index.neighbours(event, 1, (other) => {
        if (other > event && isNew(other)) return; // found from there
        const a = Math.min(other, event);
        const b = Math.max(other, event);
        const score = this.#score(events[a]!, events[b]!);
        if (score >= MIN_SCORE) edges.push(a, b, score);
      });
    }
  }

  /** In single precision, so that sums are exact in whatever order. */
  #score(a: PlacedEvent, b: PlacedEvent): number {
    const { events } = this.#weights;
    return Math.fround(scoreOf(eventEvidence(a, b, this.#related, events.unrelatedCosine), events));
  }

  /** Events that share none of these have too little in common to be one. */
  #keysOf({ event }: PlacedEvent): Uint32Array {
    const prefix = event.lemma.slice(0, PREFIX);
    const keys = new Set(meaningKeys(event.meaning, TABLES));
    keys.add(remembered(this.#prefixKeys, prefix, () => hashOf(`begins ${prefix}`)));
    for (const key of this.#keysOfWord(event.stem)) keys.add(key);
    for (const stem of event.phrase) keys.add(this.#keysOfWord(stem)[0]!);
    if (event.type !== '') {
      const type = remembered(this.#typeKeys, event.type, () => hashOf(`type ${event.type}`));
      for (const term of event.participants.terms.slice(0, SHARED_PARTICIPANTS)) keys.add((type ^ term) >>> 0);
    }
    return Uint32Array.from(keys);
  }

  /** That of the stem first, then those of its related words. */
  #keysOfWord(stem: string): readonly number[] {
    return remembered(this.#wordKeys, stem, () => [
      hashOf(`stem ${stem}`),
      ...(this.#relatives.get(stem) ?? []).map((pair) => hashOf(`pair ${pair}`)),
    ]);
  }
}

function nothingKnown(): KnownEvents {
  return { isNew: () => true, edges: new Edges() };
}

function remembered<T>(memory: Map<string, T>, name: string, make: () => T): T {
  const known = memory.get(name);
  if (known !== undefined) return known;
  const made = make();
  memory.set(name, made);
  return made;
}

/** Takes out pairs that others came between. */
function dropParted(edges: Edges, index: WindowIndex, events: number, isNew: (event: number) => boolean): void {
  if (edges.length === 0) return;
  const fresh = Array.from({ length: events }, (_, event) => event).filter(isNew);
  const maybe = new PairFilter(fresh.length);
  for (const event of fresh) {
    index.partedBy(event, isNew, (a, b) => maybe.add(a, b));
  }
  edges.keep((a, b) => !maybe.mayHave(a, b) || index.areNeighbours(a, b, 1));
}

function antecedentsOf(labels: Int32Array, edges: Edges): Int32Array {
  const antecedents = new Int32Array(labels.length).fill(FIRST_MENTION);
  const best = new Float64Array(labels.length);
  edges.forEach((a, b, score) => {
    if (labels[a] !== labels[b]) return;
    if (score < best[b]! || (score === best[b] && a < antecedents[b]!)) return;
    antecedents[b] = a;
    best[b] = score;
  });
  return antecedents;
}
