import type { Contribution } from './score.ts';

/** A line of `storylines.jsonl`: events of several documents that tell one story. */
export interface Storyline {
  readonly storyline_id: string;
  /** Of the document that is closest to all others, unless a model wrote it. */
  readonly title: string;
  /** Sentences of the documents that tell of the key events, in order of time, unless a model wrote it. */
  readonly summary: string;
  readonly primary_entities: readonly { readonly name: string; readonly type: string; readonly documents: number }[];
  /** Of most of its events; null when there are none. */
  readonly domain: string | null;
  /** First and last day of its documents, `YYYY-MM-DD`; null when none has a date. */
  readonly temporal_span: { readonly start: string; readonly end: string } | null;
  /** In order of time. */
  readonly document_ids: readonly string[];
  /** In order of time. */
  readonly event_ids: readonly string[];
  /** What most documents tell of, in order of time. */
  readonly key_events: readonly KeyEvent[];
  /** Mean likelihood that two of its documents tell one story, 0 to 1. */
  readonly confidence: number;
  /** The model that wrote title and summary; absent where they are taken from the documents. */
  readonly summary_by?: string;
  /** Title and summary as taken from the documents; absent where a model did not write others. */
  readonly extracted?: { readonly title: string; readonly summary: string };
}

export interface KeyEvent {
  readonly event_id: string;
  readonly document_id: string;
  readonly event_type: string;
  /** `YYYY-MM-DD` when it happened, else when it was told; null when neither is known. */
  readonly date: string | null;
  readonly sentence: string;
  /** Documents that tell of it. */
  readonly documents: number;
}

export const LINK_TYPES = ['coreference', 'temporal', 'causal'] as const;
export type LinkType = (typeof LINK_TYPES)[number];

/** A line of `linkages.jsonl`: two events and what links them. */
export interface Linkage {
  readonly storyline_id: string;
  /** For `temporal` the earlier one, for `causal` the cause. */
  readonly source: EventPlace;
  readonly target: EventPlace;
  readonly link_type: LinkType;
  /** 0 to 1: the logistic function of `bias` and all that evidence adds; where there is no bias, their sum. */
  readonly similarity_score: number;
  readonly bias: number | null;
  readonly evidence: readonly Contribution[];
}

export interface EventPlace {
  readonly event_id: string;
  readonly document_id: string;
}
