import { agglomerate } from './agglomerate.ts';
import { ArrivalIndex } from './arrival-index.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { EdgeRows } from './edge-rows.ts';
import { Edges } from './edges.ts';
import { eventEvidence, type PlacedEvent, type RelatedWords } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { meaningKeys } from './meaning.ts';
import { scoreOf } from './score.ts';
import { STEPS, stepOf } from './score-steps.ts';
import { hashOf } from './sparse-vector.ts';

import { WINDOW } from './window-index.ts';

/** Pairs less likely than this are as good as strangers. */
const MIN_SCORE = 0.05;
const PREFIX = 4;
const SHARED_PARTICIPANTS = 2;
/** Events that mean what is close share one of these keys, likely from a cosine of 0.7 on. */
const TABLES = 12;
const FIRST_MENTION = -1;

/** Mentions of events, grouped by what happened, by their numbers. */
export interface Coreference {
  /** For each mention the first one, in order of time, that tells of the same. */
  readonly labels: Int32Array;
  /** For each mention the one before it in its group that is most like it, of equals the nearest; -1 for none. */
  readonly antecedents: Int32Array;
}

/** What is known of the mentions of a story. They are numbered as they came, so that others can join them. */
export interface KnownMentions extends Coreference {
  /** Under which each is found. */
  readonly keys: KeyRows;
  /** Pairs that were found alike. */
  readonly rows: EdgeRows;
  /** Mentions of different parts do not hang together, by whatever chain of pairs: each has the number of one of its part. */
  readonly parts: Int32Array;
}

/** How many keys each mention has, and all keys, one mention's behind the other's. */
export interface KeyRows {
  readonly lengths: Uint32Array;
  readonly all: Uint32Array;
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
   * Only mentions that are not known are compared, and only what hangs together with them is grouped anew; what is found is the
   * same as if none were known.
   * @param events as they came, those that are known first
   * @param inTime their numbers in the order that counts as time
   * @param known its rows are the result's from then on
   */
  cluster(events: readonly PlacedEvent[], inTime: Int32Array, known: KnownMentions = nothingKnown()): KnownMentions {
    const firstNew = known.labels.length;
    const keys = [...rowsOf(known.keys), ...events.slice(firstNew).map((event) => this.#keysOf(event))];
    const index = new ArrivalIndex(inTime, keys);
    const { rows, parted } = withoutParted(known.rows, index, firstNew);
    const sets = new DisjointSets(known.parts, events.length);
    for (let event = firstNew; event < events.length; event++) this.#connect(event, events, index, rows, sets);
    const parts = sets.all();
    const touched = new Set(parted.map((event) => parts[event]!));
    for (let event = firstNew; event < events.length; event++) touched.add(parts[event]!);
    const again = inTime.filter((event) => touched.has(parts[event]!));
    return { keys: keyRowsOf(keys), rows, parts, ...this.#group(again, rows, known, events.length) };
  }

  /** Finds what an event is like among those that came before it. */
  #connect(
    event: number,
    events: readonly PlacedEvent[],
    index: ArrivalIndex,
    rows: EdgeRows,
    sets: DisjointSets,
  ): void {
    rows.begin();
    index.neighbours(event, (other) => {
      if (other > event) return; // found from there
      const [a, b] = index.isBefore(other, event) ? [other, event] : [event, other];
      const score = this.#score(events[a]!, events[b]!);
      if (score < MIN_SCORE) return;
      rows.push(other, stepOf(score));
      sets.join(event, other);
    });
  }

  /** @param again mentions that are grouped anew, in order of time; the others are as they were */
  #group(again: Int32Array, rows: EdgeRows, known: Coreference, mentions: number): Coreference {
    const places = new Int32Array(mentions);
    again.forEach((event, place) => {
      places[event] = place;
    });
    const edges = new Edges();
    for (const event of again) {
      const place = places[event]!;
      rows.forEachOf(event, (other, step) => {
        edges.push(Math.min(place, places[other]!), Math.max(place, places[other]!), step / STEPS);
      });
    }
    const first = agglomerate(again.length, edges, { ...this.#weights.events.clustering, maxPairs: WINDOW });
    const before = antecedentsOf(first, edges);
    const labels = grown(known.labels, mentions);
    const antecedents = grown(known.antecedents, mentions);
    again.forEach((event, place) => {
      labels[event] = again[first[place]!]!;
      antecedents[event] = before[place]! < 0 ? FIRST_MENTION : again[before[place]!]!;
    });
    return { labels, antecedents };
  }

  #score(a: PlacedEvent, b: PlacedEvent): number {
    const { events } = this.#weights;
    return scoreOf(eventEvidence(a, b, this.#related, events.unrelatedCosine), events);
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

function nothingKnown(): KnownMentions {
  const none = new Int32Array(0);
  return { keys: keyRowsOf([]), rows: new EdgeRows(), labels: none, antecedents: none, parts: none };
}

function rowsOf({ lengths, all }: KeyRows): Uint32Array[] {
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    return all.subarray(end - length, end);
  });
}

function keyRowsOf(keys: readonly Uint32Array[]): KeyRows {
  const lengths = Uint32Array.from(keys, ({ length }) => length);
  const all = new Uint32Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const own of keys) {
    all.set(own, at);
    at += own.length;
  }
  return { lengths, all };
}

function remembered<T>(memory: Map<string, T>, name: string, make: () => T): T {
  const known = memory.get(name);
  if (known !== undefined) return known;
  const made = make();
  memory.set(name, made);
  return made;
}

/** @returns the rows without pairs that others came between, and the mentions of those */
function withoutParted(rows: EdgeRows, index: ArrivalIndex, firstNew: number): { rows: EdgeRows; parted: number[] } {
  const parted: number[] = [];
  const isParted = firstNew === 0 ? null : index.partedBy(firstNew);
  if (isParted === null) return { rows, parted };
  for (let event = 0; event < firstNew; event++) {
    rows.forEachOf(event, (other) => {
      if (isParted(event, other)) parted.push(event, other);
    });
  }
  return { rows: parted.length === 0 ? rows : rows.without(isParted), parted };
}

function grown(known: Int32Array, length: number): Int32Array {
  const all = new Int32Array(length);
  all.set(known);
  return all;
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
