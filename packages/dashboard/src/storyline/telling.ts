import type { ExtractedEvent } from '../../../pawl/src/domain/result.ts';
import type { DocumentDetail, StorylineItem } from '../../../pawl/src/server/api/api.ts';
import { dayOf } from '../format/day.ts';

/** What one document tells of a storyline. */
export interface Telling {
  readonly documentId: string;
  readonly title: string;
  /** When it was told, `YYYY-MM-DD`; null when that is not known. */
  readonly day: string | null;
  /** In the order of the text. */
  readonly sentences: readonly ToldSentence[];
}

/** A sentence and the events in it. */
interface ToldSentence {
  readonly text: string;
  readonly events: readonly ToldEvent[];
}

interface ToldEvent {
  readonly eventId: string;
  readonly type: string;
  readonly trigger: string;
  /** When it happened, `YYYY-MM-DD`; null when that is the day on which it was told, or not known. */
  readonly day: string | null;
}

/** What a document tells of a storyline; nothing when its result was taken back since the storyline was linked. */
export function tellingOf(document: DocumentDetail, storyline: Pick<StorylineItem, 'event_ids'>): Telling {
  const { document_id: documentId, title, result } = document;
  const day = dayOf(result?.normalized_date ?? '');
  const ids = new Set(storyline.event_ids);
  const events = (result?.events ?? [])
    .filter(({ event_id }) => ids.has(event_id))
    .sort((a, b) => a.trigger.start_char - b.trigger.start_char);
  const sentences = Map.groupBy(events, ({ metadata }) => metadata.source_sentence.replaceAll(/\s+/g, ' ').trim());
  return {
    documentId,
    title: title ?? documentId,
    day,
    sentences: [...sentences].map(([text, told]) => ({ text, events: told.map((event) => toToldEvent(event, day)) })),
  };
}

function toToldEvent(event: ExtractedEvent, toldOn: string | null): ToldEvent {
  const day = dayOf(event.temporal_reference ?? '');
  return {
    eventId: event.event_id,
    type: event.event_type,
    trigger: event.trigger.text,
    day: day === toldOn ? null : day,
  };
}
