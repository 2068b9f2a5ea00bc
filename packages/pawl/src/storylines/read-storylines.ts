import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allStorylines, linkagesOf } from '../checkpoint/pages.ts';
import type { DocumentResult, ExtractedEvent } from '../domain/result.ts';
import { dateOf, dayOf } from './day.ts';
import type { Linkage, Storyline } from './storyline.ts';

// What can be asked of the storylines of a batch; used by commands, the server and the page.

/** An event of a storyline as it is shown. */
export interface StorylineEvent {
  readonly event_id: string;
  readonly document_id: string;
  readonly event_type: string;
  /** `YYYY-MM-DD` when it happened, else when it was told; null when neither is known. */
  readonly date: string | null;
  readonly trigger: string;
  readonly participants: readonly { readonly role: string; readonly text: string }[];
  readonly sentence: string;
}

/** A storyline with its events and links. */
export interface StorylineDetail {
  readonly storyline: Storyline;
  /** In order of time. */
  readonly events: readonly StorylineEvent[];
  readonly linkages: readonly Linkage[];
}

/** A page of storylines, those of most documents first. */
export async function listStorylines(
  checkpoint: Checkpoint,
  page: { readonly offset: number; readonly limit: number },
): Promise<Storyline[]> {
  return (await checkpoint.storylines(page)).map(({ storyline }) => JSON.parse(storyline) as Storyline);
}

/** A storyline by its id, or by a beginning of it that no other has; null when there is none. */
export async function findStoryline(checkpoint: Checkpoint, id: string): Promise<Storyline | null> {
  const found = await checkpoint.storyline(id);
  if (found !== null) return JSON.parse(found.storyline) as Storyline;
  let match: string | null = null;
  for await (const { storylineId, storyline } of allStorylines(checkpoint)) {
    if (!storylineId.startsWith(id)) continue;
    if (match !== null) return null;
    match = storyline;
  }
  return match === null ? null : (JSON.parse(match) as Storyline);
}

/** The events and links of a storyline. Memory grows with the storyline, not with the batch. */
export async function detailStoryline(checkpoint: Checkpoint, storyline: Storyline): Promise<StorylineDetail> {
  const events = new Map<string, StorylineEvent>();
  for (const documentId of storyline.document_ids) {
    for (const event of await eventsOfDocument(checkpoint, documentId)) events.set(event.event_id, event);
  }
  const linkages: Linkage[] = [];
  for await (const linkage of linkagesOf(checkpoint, storyline.storyline_id))
    linkages.push(JSON.parse(linkage) as Linkage);
  return {
    storyline,
    events: storyline.event_ids.map((id) => events.get(id)).filter((event) => event !== undefined),
    linkages,
  };
}

async function eventsOfDocument(checkpoint: Checkpoint, documentId: string): Promise<StorylineEvent[]> {
  const document = await checkpoint.document(documentId);
  return document?.result == null ? [] : storylineEventsOf(JSON.parse(document.result) as DocumentResult);
}

/** The events of a document as they are shown, in its order. */
export function storylineEventsOf({ document_id, events, normalized_date }: DocumentResult): StorylineEvent[] {
  return events.map((event) => toStorylineEvent(event, document_id, normalized_date));
}

function toStorylineEvent(event: ExtractedEvent, documentId: string, told: string | null): StorylineEvent {
  const day = event.temporal_reference === null ? null : dayOf(event.temporal_reference);
  return {
    event_id: event.event_id,
    document_id: documentId,
    event_type: event.event_type,
    date: day === null ? told : dateOf(day),
    trigger: event.trigger.text,
    participants: event.arguments.map(({ argument_role, entity }) => ({ role: argument_role, text: entity.text })),
    sentence: event.metadata.source_sentence.replaceAll(/\s+/g, ' ').trim(),
  };
}

/**
 * A saved result with the storyline of its document on each event. The saved result itself never changes: to which storyline it
 * belongs is known later, and may change as documents come in.
 * @param result JSON of the DocumentResult
 */
export function withStoryline(result: string, storylineId: string | null): string {
  const parsed = JSON.parse(result) as DocumentResult;
  return JSON.stringify({
    ...parsed,
    events: parsed.events.map((event) => ({ ...event, storyline_id: storylineId })),
  });
}
