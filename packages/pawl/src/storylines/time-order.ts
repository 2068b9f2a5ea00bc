import type { DocumentContent } from './document-sketch.ts';
import type { PlacedEvent } from './evidence.ts';

/** A document and the number of its first event; its others follow. */
export interface NumberedDocument {
  readonly document: DocumentContent;
  readonly firstEvent: number;
}

/**
 * The numbers of events in order of time: by the day they happened, else were told, then as they stand.
 * @param documents in the order of their days
 */
export function timeOrder(documents: readonly NumberedDocument[]): Int32Array {
  const numbers: number[] = [];
  const days: number[] = [];
  for (const { document, firstEvent } of documents) {
    document.events.forEach(({ day }, i) => {
      numbers.push(firstEvent + i);
      days[firstEvent + i] = day ?? document.day ?? Number.NEGATIVE_INFINITY;
    });
  }
  return Int32Array.from(numbers.sort((a, b) => (days[a] === days[b] ? 0 : days[a]! - days[b]!)));
}

/** The events of documents in order of time. @param documents in the order of their days */
export function eventsInOrder(documents: readonly DocumentContent[]): PlacedEvent[] {
  const placed = documents.flatMap((document) => document.events.map((event) => ({ document, event })));
  let events = 0;
  const numbered = documents.map((document) => {
    events += document.events.length;
    return { document, firstEvent: events - document.events.length };
  });
  return Array.from(timeOrder(numbered), (number) => placed[number]!);
}
