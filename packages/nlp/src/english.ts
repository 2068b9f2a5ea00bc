import type { Document, Entity, EventTrigger, Sentence, Token, Triplet, Upos } from './document.ts';
import { EntityRecognizer } from './entities/entity-recognizer.ts';
import { Lemmatizer } from './lemmatizer/lemmatizer.ts';
import { HashedClassifier } from './linear/hashed-classifier.ts';
import { Morphology } from './morphology/morphology.ts';
import { MAX_SENTENCE_TOKENS, Network, type SentenceAnalysis } from './network/network.ts';
import { SentenceSplitter } from './sentences/sentence-splitter.ts';
import { WindowTagger } from './tagger/window-tagger.ts';
import { Tokenizer, type WordSpans } from './tokenizer/tokenizer.ts';
import { type TriggerExplanation, TriggerTagger } from './triggers/trigger-tagger.ts';
import { extractTriplets } from './triplets/extract-triplets.ts';

/** The content of the model files in `models/`. */
export interface EnglishModels {
  readonly tokenizer: Uint8Array;
  readonly sentences: Uint8Array;
  readonly tagger: Uint8Array;
  readonly parser: Uint8Array;
  readonly lemmas: Uint8Array;
  readonly morphology: Uint8Array;
  readonly entities: Uint8Array;
  readonly triggers: Uint8Array;
}

export interface ParseOptions {
  /** Day of the document, ISO 8601 (`2019-03-04`, a time may follow); relative dates are resolved against it. */
  readonly documentDate?: string;
}

/** The English pipeline. Holds caches and working memory: not for concurrent use, one for each thread. */
export class English {
  readonly #tokenizer: Tokenizer;
  readonly #splitter: SentenceSplitter;
  readonly #network: Network;
  readonly #lemmatizer: Lemmatizer;
  readonly #morphology: Morphology;
  readonly #entities: EntityRecognizer;
  readonly #triggers: TriggerTagger;

  private constructor(models: EnglishModels, network: Network) {
    this.#tokenizer = new Tokenizer(HashedClassifier.read(models.tokenizer));
    this.#splitter = new SentenceSplitter(HashedClassifier.read(models.sentences), MAX_SENTENCE_TOKENS);
    this.#network = network;
    this.#lemmatizer = Lemmatizer.read(models.lemmas);
    this.#morphology = Morphology.read(models.morphology);
    this.#entities = EntityRecognizer.load(models.entities);
    this.#triggers = TriggerTagger.read(models.triggers, this.#entities.lexicon);
  }

  /** Builds the pipeline from model files already in memory; in Node, `loadEnglish` reads those that come along. */
  static async create(models: EnglishModels): Promise<English> {
    return new English(models, await Network.load(models.parser, WindowTagger.read(models.tagger)));
  }

  /** Tokens, sentences, tags, lemmas, trees and entities of any text; never throws, linear time. */
  parse(text: string, options: ParseOptions = {}): Document {
    const sentences = this.#analyze(this.#tokenizer.tokenize(text), (spans) => this.#splitter.split(spans));
    return { text, sentences, entities: this.#findEntities(text, sentences, options) };
  }

  /**
   * Analyses text that is tokenized already: sentences of word forms. The document's text is the forms with spaces
   * between them and a line break after each sentence. Sentences without words are left out, those of more than
   * {@link MAX_SENTENCE_TOKENS} words are cut.
   */
  parseTokens(sentences: readonly (readonly string[])[], options: ParseOptions = {}): Document {
    const { spans, firsts } = joinForms(sentences);
    const analyzed = this.#analyze(spans, () => firsts);
    return { text: spans.text, sentences: analyzed, entities: this.#findEntities(spans.text, analyzed, options) };
  }

  /** Reads who did what to whom off the trees of a document. */
  triplets({ text, sentences }: Pick<Document, 'text' | 'sentences'>): Triplet[] {
    return extractTriplets(text, sentences);
  }

  /** Finds the words of a parsed document that tell of events: verbs, nouns, names of events. */
  triggers(document: Document): EventTrigger[] {
    return this.#triggers.find(document);
  }

  /** The chance that token `index` of a sentence tells of an event, 0 to 1. @param entities of its document */
  eventProbability(sentence: Sentence, entities: readonly Entity[], index: number): number {
    return this.#triggers.probability(sentence, entities, index);
  }

  /** Why token `index` of a sentence is, or is not, thought to tell of an event. */
  explainTrigger(sentence: Sentence, entities: readonly Entity[], index: number): TriggerExplanation {
    return this.#triggers.explain(sentence, entities, index);
  }

  #findEntities(text: string, sentences: readonly Sentence[], { documentDate }: ParseOptions): Entity[] {
    return this.#entities.recognize(text, sentences, documentDate === undefined ? {} : { documentDate });
  }

  #analyze(spans: WordSpans, split: (spans: WordSpans) => readonly number[]): Sentence[] {
    const firsts = split(spans);
    const forms = firsts.map((first, i) => formsOf(spans, first, firsts[i + 1] ?? spans.count));
    const analyses = this.#network.analyze(forms);
    return forms.map((words, i) => this.#toSentence(spans, firsts[i]!, i, words, analyses[i]!));
  }

  #toSentence(
    spans: WordSpans,
    first: number,
    index: number,
    forms: readonly string[],
    analysis: SentenceAnalysis,
  ): Sentence {
    const tokens = forms.map((form, i) => this.#toToken(spans, first + i, i, form, analysis));
    this.#morphology.features(tokens).forEach((feats, i) => {
      tokens[i]!.feats = feats;
    });
    return { index, start: tokens[0]!.start, end: tokens.at(-1)!.end, tokens };
  }

  #toToken(
    spans: WordSpans,
    at: number,
    index: number,
    text: string,
    analysis: SentenceAnalysis,
  ): Token & { feats: string } {
    const { model } = this.#network;
    const upos: Upos = model.upos[analysis.upos[index]!]!;
    const xpos = model.xpos[analysis.xpos[index]!]!;
    return {
      index,
      text,
      start: spans.starts[at]!,
      end: spans.ends[at]!,
      clitic: spans.clitics[at] === 1,
      upos,
      xpos,
      lemma: this.#lemmatizer.lemma(text, upos, xpos),
      feats: '',
      head: analysis.heads[index]!,
      deprel: model.deprel[analysis.labels[index]!]!,
    };
  }
}

function formsOf({ text, starts, ends }: WordSpans, first: number, end: number): string[] {
  const forms: string[] = [];
  for (let i = first; i < end; i++) forms.push(text.slice(starts[i], ends[i]));
  return forms;
}

/** Lays forms out as a text and says where each sentence begins. */
function joinForms(sentences: readonly (readonly string[])[]): { spans: WordSpans; firsts: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  const firsts: number[] = [];
  let text = '';
  for (const forms of sentences) {
    forms.forEach((form, i) => {
      if (i % MAX_SENTENCE_TOKENS === 0) firsts.push(starts.length);
      starts.push(text.length);
      text += form;
      ends.push(text.length);
      text += i === forms.length - 1 ? '\n' : ' ';
    });
  }
  const spans = {
    text,
    count: starts.length,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    clitics: new Uint8Array(starts.length),
  };
  return { spans, firsts };
}
