import { agglomerate } from './agglomerate.ts';
import { Edges } from './edges.ts';
import { eventEvidence, type PlacedEvent, type RelatedWords } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { meaningKeys } from './meaning.ts';
import { scoreOf } from './score.ts';
import { hashOf } from './sparse-vector.ts';
import { WINDOW, WindowIndex } from './window-index.ts';

/** Pairs less likely than this are as good as strangers. */
const MIN_SCORE = 0.05;
const PREFIX = 4;
const SHARED_PARTICIPANTS = 2;
/** Events that mean what is close share one of these keys, likely from a cosine of 0.7 on. */
const TABLES = 12;

/** The events of a story, grouped by what happened. */
export interface Coreference {
  /** For each event the number of the first event that tells of the same. */
  readonly labels: Int32Array;
  /** Pairs that were found alike. */
  readonly edges: Edges;
}

/** Groups the mentions of one story that tell of the same event. @param events in the order that counts as time */
export class EventClustering {
  readonly #weights: LinkWeights;
  readonly #related: RelatedWords;
  /** The related words of each stem. */
  readonly #relatives = new Map<string, string[]>();

  constructor(weights: LinkWeights) {
    this.#weights = weights;
    this.#related = relatedWordsOf(weights);
    for (const pair of Object.keys(weights.relatedWords)) {
      for (const stem of pair.split(' ')) this.#relatives.set(stem, [...(this.#relatives.get(stem) ?? []), pair]);
    }
  }

  cluster(events: readonly PlacedEvent[]): Coreference {
    const index = new WindowIndex(events.map((event) => this.#keysOf(event)));
    const edges = new Edges();
    for (let a = 0; a < events.length; a++) {
      index.neighbours(a, 1, (b) => {
        if (b > a) return; // the other one finds it, too
        const score = this.#score(events[b]!, events[a]!);
        if (score >= MIN_SCORE) edges.push(b, a, score);
      });
    }
    const labels = agglomerate(events.length, edges, { ...this.#weights.events.clustering, maxPairs: WINDOW });
    return { labels, edges };
  }

  #score(b: PlacedEvent, a: PlacedEvent): number {
    const { events } = this.#weights;
    return scoreOf(eventEvidence(b, a, this.#related, events.unrelatedCosine), events);
  }

  /** Events that share none of these have too little in common to be one. */
  #keysOf({ event }: PlacedEvent): Uint32Array {
    const keys = new Set(meaningKeys(event.meaning, TABLES));
    keys.add(hashOf(`stem ${event.stem}`)).add(hashOf(`begins ${event.lemma.slice(0, PREFIX)}`));
    for (const stem of event.phrase) keys.add(hashOf(`stem ${stem}`));
    for (const pair of this.#relatives.get(event.stem) ?? []) keys.add(hashOf(`pair ${pair}`));
    if (event.type !== '') {
      for (const term of event.participants.terms.slice(0, SHARED_PARTICIPANTS))
        keys.add(hashOf(`${event.type} ${term}`));
    }
    return Uint32Array.from(keys);
  }
}
