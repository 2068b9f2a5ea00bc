import type { Document, Entity, EventTrigger, Sentence } from '../document.ts';
import type { WordLexicon } from '../entities/names/word-lexicon.ts';
import { type FeatureList, HashedClassifier } from '../linear/hashed-classifier.ts';
import { type ModelFile, readModelFile } from '../model/model-file.ts';
import { TriggerFeatures } from './trigger-features.ts';
import { type TriggerWord, triggerWords } from './trigger-words.ts';

/** Classes of a word: no part of a trigger, its first word, a later word. */
export const TRIGGER_CLASSES = { outside: 0, begin: 1, inside: 2 } as const;
const CLASS_COUNT = 3;

/** Word classes that can be part of a trigger. */
const CANDIDATES = new Set(['VERB', 'NOUN', 'PROPN', 'ADJ', 'ADP', 'ADV']);

/** Why a word is thought to tell of an event, or not. */
export interface TriggerExplanation {
  /** Of being part of a trigger, 0 to 1. */
  readonly probability: number;
  /** The features of the word by weight: how much each adds to the log-odds of a trigger; the strongest, either way, first. */
  readonly features: readonly { readonly feature: string; readonly weight: number }[];
}

/** Whether a word can be part of a trigger: only those are learnt from and decided on. */
export function isTriggerCandidate({ token }: TriggerWord): boolean {
  return CANDIDATES.has(token.upos);
}

/** Finds the words that tell of an event: one linear decision a word over its place in the tree. Holds working memory. */
export class TriggerTagger {
  readonly #classifier: HashedClassifier;
  readonly #eventNouns: ReadonlySet<string>;
  readonly #lexicon: WordLexicon;
  readonly #list: FeatureList = TriggerFeatures.list();
  readonly #scores = new Float32Array(CLASS_COUNT);

  /** @param lexicon the word classes that the model was trained with */
  constructor({ meta, arrays }: ModelFile, lexicon: WordLexicon) {
    this.#classifier = new HashedClassifier(arrays.weights as Int8Array, meta.classes as number, meta.scale as number);
    this.#eventNouns = new Set(meta.eventNouns as string[]);
    this.#lexicon = lexicon;
  }

  static read(bytes: Uint8Array, lexicon: WordLexicon): TriggerTagger {
    return new TriggerTagger(readModelFile(bytes), lexicon);
  }

  /** The triggers of a document in the order of the text, without overlap. */
  find({ text, sentences, entities }: Document): EventTrigger[] {
    const within = entitiesBySentence(sentences, entities);
    return sentences.flatMap((sentence, s) => this.#findIn(text, sentence, within[s]!));
  }

  /** The chance that token `index` of a sentence is part of a trigger, 0 to 1. */
  probability(sentence: Sentence, entities: readonly Entity[], index: number): number {
    const [within] = entitiesBySentence([sentence], entities);
    return this.#probability(new TriggerFeatures(this.#wordsOf(sentence, within!)), index);
  }

  /** Why the classifier decides about token `index` of a sentence as it does. */
  explain(sentence: Sentence, entities: readonly Entity[], index: number): TriggerExplanation {
    const [within] = entitiesBySentence([sentence], entities);
    const features = new TriggerFeatures(this.#wordsOf(sentence, within!));
    const probability = this.#probability(features, index);
    const list = this.#list;
    const weights = features.describe(index).map((feature, f) => ({
      feature,
      weight:
        this.#classifier.weightOf(list.hashes[f]!, TRIGGER_CLASSES.begin) -
        this.#classifier.weightOf(list.hashes[f]!, TRIGGER_CLASSES.outside),
    }));
    return { probability, features: weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) };
  }

  #wordsOf(sentence: Sentence, entities: readonly Entity[]): TriggerWord[] {
    return triggerWords(sentence, entities, this.#lexicon, this.#eventNouns);
  }

  #findIn(text: string, sentence: Sentence, entities: readonly Entity[]): EventTrigger[] {
    const words = this.#wordsOf(sentence, entities);
    const features = new TriggerFeatures(words);
    const spans: { first: number; last: number; confidence: number }[] = [];
    words.forEach((word, i) => {
      if (!isTriggerCandidate(word)) return;
      const probability = this.#probability(features, i);
      if (probability < 0.5) return;
      const [, begin, inside] = this.#scores;
      const last = spans.at(-1);
      if (inside! > begin! && last?.last === i - 1) last.last = i;
      else spans.push({ first: i, last: i, confidence: probability });
    });
    return spans.map(({ first, last, confidence }) => ({
      ...phraseOf(text, sentence, first, last),
      token: headOf(sentence, first, last),
      sentence: sentence.index,
      confidence: Math.round(confidence * 1000) / 1000,
    }));
  }

  /** Of being part of a trigger; leaves the scores of the three classes behind. */
  #probability(features: TriggerFeatures, i: number): number {
    features.collect(i, this.#list);
    const scores = this.#scores.fill(0);
    this.#classifier.addScores(this.#list, scores, 0, 1);
    const [outside, begin, inside] = scores;
    const odds = Math.exp(begin! - outside!) + Math.exp(inside! - outside!);
    return odds === Infinity ? 1 : odds / (1 + odds);
  }
}

/** Entities that meet each sentence. @param entities by start, without overlap */
function entitiesBySentence(sentences: readonly Sentence[], entities: readonly Entity[]): Entity[][] {
  let next = 0;
  return sentences.map(({ start, end }) => {
    while (next < entities.length && entities[next]!.end <= start) next++;
    const within: Entity[] = [];
    for (let i = next; i < entities.length && entities[i]!.start < end; i++) within.push(entities[i]!);
    return within;
  });
}

function phraseOf(text: string, { tokens }: Sentence, first: number, last: number) {
  const { start } = tokens[first]!;
  const { end } = tokens[last]!;
  return { text: text.slice(start, end), start, end };
}

/** The word of a span that the others hang on. */
function headOf({ tokens }: Sentence, first: number, last: number): number {
  for (let i = first; i <= last; i++) {
    const { head } = tokens[i]!;
    if (head < first || head > last) return i;
  }
  return first;
}
