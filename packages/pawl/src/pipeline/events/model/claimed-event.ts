/** An event as a language model claims it: words only, without positions; nothing in it is to be believed. */
export interface ClaimedEvent {
  readonly event_type: string;
  /** The word or words that name the event, as they stand in the text. */
  readonly trigger: string;
  /** The sentence it stands in, or its beginning. */
  readonly sentence: string;
  readonly arguments: readonly { readonly role: string; readonly text: string }[];
  readonly domain: string;
  readonly sentiment: string;
  readonly temporal_reference: string | null;
  readonly causality: string | null;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A part of a document's text that is asked about at once; offsets into the whole text, UTF-16 units. */
export interface Chunk {
  readonly index: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What is known of a text before a model is asked. */
export interface TextOutline {
  /** In order, without overlap; offsets into the whole text, UTF-16 units. */
  readonly sentences: readonly { readonly start: number; readonly end: number }[];
  /** The words in order, with their lemmas. */
  readonly words: readonly { readonly start: number; readonly end: number; readonly lemma: string }[];
}
