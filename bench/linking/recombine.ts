import type { DocumentResult, ExtractedEntity, ExtractedEvent } from '../../packages/pawl/src/domain/result.ts';

/** A sentence of a real document with what was found in it; offsets are its own. */
interface Piece {
  readonly text: string;
  readonly entities: readonly ExtractedEntity[];
  readonly events: readonly ExtractedEvent[];
}

/** A document taken apart. */
export interface TakenApart {
  readonly title: string;
  readonly pieces: readonly Piece[];
}

/** Takes a document apart into pieces that end where sentences do. */
export function takeApart({
  original_text: text,
  source_document,
  extracted_entities,
  events,
}: DocumentResult): TakenApart {
  const pieces = [...text.matchAll(/[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+$/g)].map(({ 0: sentence, index }): Piece => {
    const end = index + sentence.length;
    const within = (span: { start_char: number; end_char: number }) => span.start_char >= index && span.end_char <= end;
    return {
      text: sentence,
      entities: extracted_entities.filter(within).map((entity) => moved(entity, -index)),
      events: events
        .filter(({ trigger, arguments: all }) => within(trigger) && all.every(({ entity }) => within(entity)))
        .map((event) => movedEvent(event, -index)),
    };
  });
  return { title: String(source_document.cleaned_title ?? ''), pieces };
}

/** Two thirds of a document's sentences, in their order, and some of another: it tells the same story in other words. */
export function recombine(
  story: TakenApart,
  other: TakenApart,
  id: string,
  date: string,
  random: () => number,
): DocumentResult {
  const own = story.pieces.filter(() => random() < 0.66);
  const foreign = other.pieces.filter(() => random() < 0.08);
  let text = '';
  const entities: ExtractedEntity[] = [];
  const events: ExtractedEvent[] = [];
  for (const piece of [...(own.length === 0 ? story.pieces : own), ...foreign]) {
    entities.push(...piece.entities.map((entity) => moved(entity, text.length)));
    events.push(...piece.events.map((event) => movedEvent(event, text.length)));
    text += piece.text;
  }
  return {
    document_id: id,
    batch_id: 'bench',
    job_id: '00000000-0000-4000-8000-000000000000',
    processed_at: '2026-01-01T00:00:00.000Z',
    normalized_date: date,
    original_text: text,
    source_document: { document_id: id, cleaned_title: story.title },
    extracted_entities: entities,
    extracted_soa_triplets: [],
    events: events.map((event, i) => ({ ...event, event_id: `${id}-${i + 1}` })),
    processing_metadata: { stages: {}, attempts: 1 },
  };
}

function moved<T extends { readonly start_char: number; readonly end_char: number }>(span: T, by: number): T {
  return { ...span, start_char: span.start_char + by, end_char: span.end_char + by };
}

function movedEvent(event: ExtractedEvent, by: number): ExtractedEvent {
  return {
    ...event,
    trigger: moved(event.trigger, by),
    arguments: event.arguments.map((argument) => ({ ...argument, entity: moved(argument.entity, by) })),
  };
}
