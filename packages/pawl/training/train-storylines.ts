import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEnglish } from '@pawl/nlp';
import { type Clustering as Clusters, scoreB3, scoreCoreference } from '../evaluation/clustering-metrics.ts';
import { type GoldDocument, readEcbPlus } from '../evaluation/ecbplus.ts';
import { embedResults } from '../evaluation/embed-results.ts';
import { predictCoreference, predictStories } from '../evaluation/predictions.ts';
import { type DocumentSketch, sketchDocument } from '../src/storylines/document-sketch.ts';
import {
  DOCUMENT_EVIDENCE,
  type DocumentEvidence,
  documentEvidence,
  EVENT_EVIDENCE,
  type EventEvidence,
  eventEvidence,
  type PlacedEvent,
} from '../src/storylines/evidence.ts';
import type { Clustering, LinkWeights } from '../src/storylines/link-weights.ts';
import { cosineOf } from '../src/storylines/meaning.ts';
import { eventsInOrder } from '../src/storylines/time-order.ts';
import { loadWordRarity } from '../src/storylines/word-rarity.ts';
import { type Example, trainLogistic } from './logistic-regression.ts';
import { RelatedWordCounts } from './related-words.ts';
import { countWords } from './word-counts.ts';

// Learns the weights of linking on ECB+ train and counts how rare words are in freely licensed texts:
//   npm run train:storylines -- --data <folder with ecbplus/ and sample-documents/> [--embeddings <model>]

/** What ECB+ cannot teach: its documents have no dates, and its events no domain. Chosen so that they decide only close calls. */
const GIVEN_DOCUMENTS: Partial<Record<DocumentEvidence, number>> = { same_days: 0.5 };
const GIVEN_EVENTS: Partial<Record<EventEvidence, number>> = { same_time: 0.5, other_time: -1.5, same_domain: 0.2 };
/**
 * What is taken without an embedding model to learn it from. Documents that have no word in common are put together from a cosine of
 * about 0.8 on; below 0.5 it says nothing, which is what models give texts of the same kind.
 */
const GIVEN_MEANING = { documents: 4, events: 3, unrelatedCosine: 0.5 };
/** Pairs with less in common are never compared, and would only teach what is plain. */
const MIN_WORDS = 0.05;
const PENALTY = 1e-5;
const STORY_CLUSTERING = { cohesionPower: 1.5, usualCohesion: 0.5, looseCohesion: 0.3, usualPairs: 6 };
const EVENT_CLUSTERING = { cohesionPower: 0, usualCohesion: 0.5, looseCohesion: 0.5, usualPairs: 1 };
/** Points of F1 that are not worth a foreign document in a story, or another event among mentions. */
const NEARLY = { stories: 2, coreference: 0.2 };
const STORY_THRESHOLDS = [0.22, 0.24, 0.26, 0.28, 0.3, 0.32, 0.34];
const EVENT_THRESHOLDS = [0.35, 0.4, 0.45, 0.5];

const root = join(import.meta.dirname, '..', '..', '..');
const { values } = parseArgs({ options: { data: { type: 'string' }, embeddings: { type: 'string' } } });
const data = resolve(values.data ?? join(root, '..', 'shared', 'data'));
const model = join(import.meta.dirname, '..', 'models', 'storylines');

async function main(): Promise<void> {
  const texts = fileOf('sample-documents/load-documents.jsonl');
  const ecb = fileOf('ecbplus/ecbplus.train.jsonl');
  writeFileSync(join(model, 'word-counts.json'), `${JSON.stringify(countWords(texts))}\n`);
  const gold = readEcbPlus(ecb, await loadEnglish());
  const rarity = loadWordRarity();
  const meanings = values.embeddings === undefined ? null : await embedResults(gold, values.embeddings);
  const sketches = gold.map(({ result }, i) => sketchDocument(result, rarity, meanings?.[i] ?? null));
  const documents = trainDocuments(gold, sketches);
  const weights = trainEvents(gold, sketches, documents);
  writeFileSync(join(model, 'weights.json'), `${JSON.stringify(weights, null, 2)}\n`);
}

function fileOf(name: string): string {
  const path = join(data, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  console.error(`There is no ${path}. Name the folder that holds the data with --data.`);
  process.exit(2);
}

function trainDocuments(gold: readonly GoldDocument[], sketches: readonly DocumentSketch[]): LinkWeights['documents'] {
  const unrelatedCosine = medianCosine(otherTopics(gold, sketches));
  const examples: Example<DocumentEvidence>[] = [];
  sketches.forEach((a, i) => {
    sketches.slice(0, i).forEach((b, j) => {
      const evidence = documentEvidence(a, b, unrelatedCosine);
      const isPositive = gold[i]!.subtopic === gold[j]!.subtopic;
      if (isPositive || evidence.words >= MIN_WORDS) examples.push({ values: evidence, isPositive });
    });
  });
  const weighting = trainLogistic(DOCUMENT_EVIDENCE, examples, given(GIVEN_DOCUMENTS, 'documents'), PENALTY);
  const truth: Clusters = new Map(gold.map(({ result, subtopic }) => [result.document_id, subtopic]));
  const clustering = bestOf(STORY_THRESHOLDS, STORY_CLUSTERING, 'stories', (candidate) => {
    const weights = { documents: { ...weighting, unrelatedCosine, clustering: candidate }, ...NO_EVENTS };
    return scoreB3(truth, predictStories(sketches, weights)).f1;
  });
  return { ...weighting, unrelatedCosine, clustering };
}

function trainEvents(
  gold: readonly GoldDocument[],
  sketches: readonly DocumentSketch[],
  documents: LinkWeights['documents'],
): LinkWeights {
  const chains: Clusters = new Map(gold.flatMap((document) => [...document.chains]));
  const topics = new Map(gold.map(({ result, topic }) => [result.document_id, topic]));
  const stories = predictStories(sketches, { documents, ...NO_EVENTS });
  const pairs = pairsWithin(Map.groupBy(sketches, ({ documentId }) => stories.get(documentId)!).values());
  const unrelatedCosine = medianCosine(
    pairs
      .filter(([a, b]) => chains.get(a.event.eventId) !== chains.get(b.event.eventId))
      .map(([a, b]) => [a.event.meaning, b.event.meaning]),
  );
  const counts = new RelatedWordCounts();
  const examples = pairs.map(([a, b]) => {
    const isPositive = chains.get(a.event.eventId) === chains.get(b.event.eventId);
    const topic = topics.get(a.document.documentId)!;
    counts.add(a.event.stem, b.event.stem, topic, isPositive);
    return { a, b, topic, isPositive };
  });
  const weighting = trainLogistic(
    EVENT_EVIDENCE,
    // How words are related is learnt from the other topics, else it would seem to be surer than it is.
    examples.map(({ a, b, topic, isPositive }) => ({
      values: eventEvidence(a, b, (x, y) => counts.relatedness(x, y, topic), unrelatedCosine),
      isPositive,
    })),
    given(GIVEN_EVENTS, 'events'),
    PENALTY,
  );
  const relatedWords = counts.table();
  const clustering = bestOf(EVENT_THRESHOLDS, EVENT_CLUSTERING, 'coreference', (candidate) => {
    const weights = { documents, events: { ...weighting, unrelatedCosine, clustering: candidate }, relatedWords };
    return scoreCoreference(chains, predictCoreference(sketches, weights)).conll;
  });
  return { documents, events: { ...weighting, unrelatedCosine, clustering }, relatedWords };
}

/** Weights that are not learnt: that of `meaning` too, where no model says what texts mean. */
function given<Name extends string>(others: Partial<Record<Name, number>>, of: 'documents' | 'events') {
  return values.embeddings === undefined ? { ...others, meaning: GIVEN_MEANING[of] } : others;
}

type MeaningPair = readonly [Int8Array, Int8Array];

/** Of pairs that are not the same; what is taken instead where nothing is known of meanings. */
function medianCosine(pairs: readonly MeaningPair[]): number {
  if (values.embeddings === undefined) return GIVEN_MEANING.unrelatedCosine;
  const cosines = pairs.map(([a, b]) => cosineOf(a, b)).sort((a, b) => a - b);
  return Math.round(1000 * (cosines[cosines.length >> 1] ?? 0)) / 1000;
}

function otherTopics(gold: readonly GoldDocument[], sketches: readonly DocumentSketch[]): MeaningPair[] {
  return sketches.flatMap((a, i) =>
    sketches
      .slice(0, i)
      .filter((_, j) => gold[i]!.topic !== gold[j]!.topic)
      .map((b): MeaningPair => [a.meaning, b.meaning]),
  );
}

function* within(events: readonly PlacedEvent[]): Generator<readonly [PlacedEvent, PlacedEvent]> {
  for (const [i, b] of events.entries()) for (const a of events.slice(0, i)) yield [a, b];
}

function pairsWithin(stories: Iterable<readonly DocumentSketch[]>): (readonly [PlacedEvent, PlacedEvent])[] {
  return [...stories].flatMap((documents) => [...within(eventsInOrder(documents))]);
}

/** The highest threshold that is nearly as good as the best on train: of two errors, what is foreign in a story is the worse. */
function bestOf(
  thresholds: readonly number[],
  rest: Omit<Clustering, 'mergeAt'>,
  what: keyof typeof NEARLY,
  score: (clustering: Clustering) => number,
): Clustering {
  const tried = thresholds.map((mergeAt) => ({ mergeAt, score: score({ mergeAt, ...rest }) }));
  console.error(`${what}: ${tried.map(({ mergeAt, score: found }) => `${mergeAt} ${found}`).join(', ')}`);
  const best = Math.max(...tried.map(({ score: found }) => found));
  const { mergeAt } = tried.findLast(({ score: found }) => found >= best - NEARLY[what])!;
  return { mergeAt, ...rest };
}

const NO_EVENTS: Pick<LinkWeights, 'events' | 'relatedWords'> = {
  events: {
    bias: 0,
    evidence: Object.fromEntries(EVENT_EVIDENCE.map((name) => [name, 0])) as Record<EventEvidence, number>,
    unrelatedCosine: 0,
    clustering: { mergeAt: 1, ...EVENT_CLUSTERING },
  },
  relatedWords: {},
};

await main();
