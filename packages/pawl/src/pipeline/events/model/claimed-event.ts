/** An event as a language model claims it; nothing in it is to be believed before it is grounded. */
export interface ClaimedEvent {
  readonly event_type: string;
  /** The word or words that name the event. */
  readonly trigger: ClaimedWords;
  /** The sentence it stands in, or its beginning; empty when the model does not say. */
  readonly sentence: string;
  readonly arguments: readonly (ClaimedWords & { readonly role: string })[];
  /** Null when the model does not say. */
  readonly domain: string | null;
  readonly sentiment: 'positive' | 'negative' | 'neutral' | 'mixed';
  readonly temporal_reference: string | null;
  readonly causality: string | null;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Words that are said to stand in the text. */
export interface ClaimedWords {
  readonly text: string;
  /** Where they are said to begin, from the beginning of what the model read; null when it does not say. */
  readonly position: number | null;
}
