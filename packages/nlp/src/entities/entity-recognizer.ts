import type { Entity, Sentence } from '../document.ts';
import { findMoney } from './amounts/find-money.ts';
import { refineType } from './entity-types.ts';
import { findListedEvents } from './listed-events.ts';
import { decodeNameModel, type NameModel } from './names/name-model.ts';
import { NameTagger } from './names/name-tagger.ts';
import type { TaggedName } from './names/tagged-name.ts';
import type { WordLexicon } from './names/word-lexicon.ts';
import { withNormalizedNames } from './normalization/name-normalization.ts';
import { keepDisjoint } from './overlap.ts';
import { findTemporal } from './temporal/find-temporal.ts';

export interface RecognizeOptions {
  /** Day of the document, ISO 8601 (`2019-03-04`, a time may follow); relative dates are resolved against it. */
  readonly documentDate?: string;
}

/** Finds names with a trained model, and dates, times and amounts by grammar. Holds caches: not for concurrent use. */
export class EntityRecognizer {
  readonly #model: NameModel;
  readonly #tagger: NameTagger;

  private constructor(model: NameModel) {
    this.#model = model;
    this.#tagger = new NameTagger(model);
  }

  /**
   * Reads a model written by training.
   * @throws {RangeError} when the bytes are no such model.
   */
  static load(bytes: Uint8Array): EntityRecognizer {
    return new EntityRecognizer(decodeNameModel(bytes));
  }

  /** Word classes and casing that the model holds; other components build on them. */
  get lexicon(): WordLexicon {
    return this.#model.lexicon;
  }

  /**
   * Recognises the entities of one document, in order of their start and without overlap. Linear in the text's length.
   * @param sentences the tokenised sentences of `text`; tags and trees are not needed.
   */
  recognize(text: string, sentences: readonly Sentence[], options: RecognizeOptions = {}): Entity[] {
    const names = this.#findNames(text, sentences);
    const values = [...findMoney(text), ...findTemporal(text, options.documentDate)];
    const events = findListedEvents(text, sentences, this.#model.gazetteer);
    return withNormalizedNames(keepDisjoint([...values, ...events, ...names]));
  }

  #findNames(text: string, sentences: readonly Sentence[]): Entity[] {
    const tagged = this.#tagger.tag(sentences.map(({ tokens }) => tokens.map((token) => token.text)));
    return tagged.flatMap((names, i) => names.map((name) => this.#toEntity(text, sentences[i]!, name)));
  }

  #toEntity(text: string, sentence: Sentence, name: TaggedName): Entity {
    const start = sentence.tokens[name.first]!.start;
    const end = sentence.tokens[name.last]!.end;
    const words = sentence.tokens.slice(name.first, name.last + 1).map((token) => token.text);
    const type = refineType(name.type, words, this.#model.gazetteer);
    return { text: text.slice(start, end), type, start, end, confidence: roundConfidence(name.confidence) };
  }
}

const roundConfidence = (probability: number): number => Math.round(probability * 1000) / 1000;
