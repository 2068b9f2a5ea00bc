import type { StorylineItem } from '../../../pawl/src/server/api/api.ts';

type KeyEvent = StorylineItem['key_events'][number];

/** A sentence that tells of key events, with all of them. */
export interface KeySentence {
  readonly documentId: string;
  readonly text: string;
  /** `YYYY-MM-DD`; null when it is not known. */
  readonly day: string | null;
  readonly types: readonly string[];
  /** How many documents tell of the event that is told least, and of the one that is told most. */
  readonly toldBy: { readonly least: number; readonly most: number };
}

/** Key events in their order; those that one sentence tells of one day together. */
export function keySentences(events: readonly KeyEvent[]): KeySentence[] {
  const groups = Map.groupBy(events, ({ document_id, sentence, date }) =>
    JSON.stringify([document_id, sentence, date]),
  );
  return [...groups.values()].map((together) => {
    const { document_id, sentence, date } = together[0]!;
    const counts = together.map(({ documents }) => documents);
    return {
      documentId: document_id,
      text: sentence,
      day: date,
      types: [...new Set(together.map(({ event_type }) => event_type))],
      toldBy: { least: Math.min(...counts), most: Math.max(...counts) },
    };
  });
}
