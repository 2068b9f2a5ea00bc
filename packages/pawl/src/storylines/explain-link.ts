import type { DocumentContent, DocumentProfile } from './document-sketch.ts';
import { documentEvidence, eventEvidence, type PlacedEvent } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { type Contribution, contributionsOf, scoreOf, type Weighting } from './score.ts';

/** Why two documents or events are, or are not, taken for one. */
export interface LinkExplanation {
  /** 0 to 1: the logistic function of `bias` and all that evidence adds. */
  readonly score: number;
  readonly bias: number;
  readonly evidence: readonly Contribution[];
}

/** The evidence for two documents telling one story, and for two of their events being one. */
export interface PairExplanation {
  readonly documents: LinkExplanation | null;
  readonly events: LinkExplanation | null;
}

/** A document, or one of its events. */
export interface ExplainedItem {
  readonly document: DocumentProfile & DocumentContent;
  /** Null for the document as a whole. */
  readonly eventId: string | null;
}

/** Explains with the same evidence and weights that linking uses. */
export function explainPair(a: ExplainedItem, b: ExplainedItem, weights: LinkWeights): PairExplanation {
  const first = a.document;
  const isOne = first.documentId === b.document.documentId;
  const second = isOne ? first : b.document;
  const [eventA, eventB] = [eventOf(first, a.eventId), eventOf(second, b.eventId)];
  return {
    documents: isOne
      ? null
      : explain(documentEvidence(first, second, weights.documents.unrelatedCosine), weights.documents),
    events:
      eventA === null || eventB === null
        ? null
        : explain(
            eventEvidence(eventA, eventB, relatedWordsOf(weights), weights.events.unrelatedCosine),
            weights.events,
          ),
  };
}

function eventOf(document: DocumentContent, eventId: string | null): PlacedEvent | null {
  const event = document.events.find((one) => one.eventId === eventId);
  return event === undefined ? null : { document, event };
}

function explain<Name extends string>(
  values: Readonly<Record<Name, number>>,
  weighting: Weighting<Name>,
): LinkExplanation {
  return { score: scoreOf(values, weighting), bias: weighting.bias, evidence: contributionsOf(values, weighting) };
}
