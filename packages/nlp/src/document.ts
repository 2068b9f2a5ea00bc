/** The 17 universal part-of-speech tags (universaldependencies.org/u/pos). */
export type Upos =
  | 'ADJ'
  | 'ADP'
  | 'ADV'
  | 'AUX'
  | 'CCONJ'
  | 'DET'
  | 'INTJ'
  | 'NOUN'
  | 'NUM'
  | 'PART'
  | 'PRON'
  | 'PROPN'
  | 'PUNCT'
  | 'SCONJ'
  | 'SYM'
  | 'VERB'
  | 'X';

/** One syntactic word. Offsets are UTF-16 units into the document's text: `text.slice(start, end) === token.text`. */
export interface Token {
  /** Position in its sentence, from 0. */
  readonly index: number;
  readonly text: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Whether it is written as one with the token before it, as `n't` in `don't`. */
  readonly clitic?: boolean;
  readonly upos: Upos;
  /** Penn Treebank tag. */
  readonly xpos: string;
  readonly lemma: string;
  /** Morphological features as CoNLL-U writes them, such as `Number=Sing|Person=3`; empty for none. */
  readonly feats?: string;
  /** Index of the head in the same sentence; -1 for the root. */
  readonly head: number;
  /** Universal Dependencies label with subtype, such as `nsubj:pass`. */
  readonly deprel: string;
}

/** A sentence and its dependency tree. */
export interface Sentence {
  /** Position in its document, from 0. */
  readonly index: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly tokens: readonly Token[];
}

/** A recognised name, date, time or amount. */
export interface Entity {
  readonly text: string;
  readonly type: EntityType;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** What the mention stands for: ISO 8601 for DATE and TIME, currency and amount for MONEY, the fullest name for names. */
  readonly normalizedForm?: string;
  /** Mentions of one document with the same id name the same thing: `Mr. Obama` and `Obama`, `the US` and `U.S.`. */
  readonly id?: string;
}

export const ENTITY_TYPES = ['PER', 'ORG', 'LOC', 'GPE', 'DATE', 'TIME', 'MONEY', 'MISC', 'EVENT'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** A phrase of a triplet; offsets as in {@link Token}. */
export interface Phrase {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Who did what to whom, read off one clause. */
export interface Triplet {
  readonly subject: Phrase;
  readonly action: Phrase;
  readonly object: Phrase;
  /** Whether the clause is denied: `did not sign`, `nobody came`. */
  readonly negated: boolean;
  /** What makes the action possible, necessary, wished or planned: lemma of a modal or of a verb above it, or `if`; null for a plain statement. */
  readonly modality: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** Index of the sentence in the document. */
  readonly sentence: number;
}

/** Words that tell of an event, such as `signed` or `earthquake`. */
export interface EventTrigger extends Phrase {
  /** Index of the sentence in the document. */
  readonly sentence: number;
  /** Index of the word in its sentence that the others of the phrase hang on. */
  readonly token: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A text with everything the pipeline found in it. */
export interface Document {
  readonly text: string;
  readonly sentences: readonly Sentence[];
  readonly entities: readonly Entity[];
}
