import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DocumentResult } from '../domain/result.ts';
import { titleOf } from './document-title.ts';
import { plainText } from './plain-text.ts';
import { type StorylineEvent, storylineEventsOf } from './read-storylines.ts';
import type { Storyline } from './storyline.ts';

/** What a model is told of a storyline, all of it copied from documents. */
export interface StoryBrief {
  readonly text: string;
  /** Those it may speak of, by their number in the text less one. */
  readonly events: readonly StorylineEvent[];
}

const MAX_DOCUMENTS = 8;
const MAX_EVENTS = 12;
const MAX_TITLE = 150;
const MAX_SENTENCE = 300;
const MAX_WORDS = 60;

/** What a brief is made from. */
type BriefedStoryline = Pick<Storyline, 'title' | 'primary_entities' | 'event_ids'> & {
  readonly key_events: readonly Pick<StorylineEvent, 'event_id'>[];
};

/** Reads what the documents of its key events say; so much at most, however large the storyline. */
export async function readBrief(checkpoint: Checkpoint, storyline: Storyline): Promise<StoryBrief> {
  const told = storyline.key_events.map(({ document_id }) => document_id);
  const ids = [...new Set([...told, ...storyline.document_ids])].slice(0, MAX_DOCUMENTS);
  const results: DocumentResult[] = [];
  for (const id of ids) {
    const document = await checkpoint.document(id);
    if (document?.result != null) results.push(JSON.parse(document.result) as DocumentResult);
  }
  return briefOf(storyline, results);
}

/** The brief of documents as if they told one story, and each of their events were a key event. */
export function sampleBrief(results: readonly DocumentResult[]): StoryBrief {
  const events = results.flatMap((result) => result.events);
  const title = results.map(titleOf).find((one) => one !== null) ?? '';
  const storyline = {
    title,
    primary_entities: [],
    event_ids: events.map((event) => event.event_id),
    key_events: events,
  };
  return briefOf(storyline, results);
}

function briefOf(storyline: BriefedStoryline, results: readonly DocumentResult[]): StoryBrief {
  const events = chooseEvents(storyline, results.map(storylineEventsOf));
  return { text: briefText(storyline, results, events), events };
}

/** The key events and those told next to them, in the order of the storyline. */
function chooseEvents(
  storyline: BriefedStoryline,
  documents: readonly (readonly StorylineEvent[])[],
): readonly StorylineEvent[] {
  const keys = new Set(storyline.key_events.map(({ event_id }) => event_id));
  const isKey = ({ event_id }: StorylineEvent) => keys.has(event_id);
  const beside = documents.flatMap((events) =>
    events.filter((event, i) => !isKey(event) && [events[i - 1], events[i + 1]].some((next) => next && isKey(next))),
  );
  const places = new Map(storyline.event_ids.map((id, place) => [id, place]));
  return [...documents.flat().filter(isKey), ...beside]
    .slice(0, MAX_EVENTS)
    .sort((a, b) => (places.get(a.event_id) ?? 0) - (places.get(b.event_id) ?? 0));
}

function briefText(
  { title, primary_entities: names }: BriefedStoryline,
  results: readonly DocumentResult[],
  events: readonly StorylineEvent[],
): string {
  const titles = new Set([title, ...results.map(titleOf)].filter((one) => one !== null));
  return [
    'Titles of the documents:',
    ...[...titles].map((one) => `- ${plainText(one, MAX_TITLE)}`),
    '',
    `Names: ${names.map(({ name }) => plainText(name, MAX_WORDS)).join(', ')}`,
    '',
    'Events:',
    ...events.map(eventLine),
  ].join('\n');
}

function eventLine({ date, event_type: type, trigger, sentence }: StorylineEvent, i: number): string {
  const what = [date ?? 'no date', plainText(type, MAX_WORDS), `"${plainText(trigger, MAX_WORDS)}"`].join(', ');
  return `${i + 1}. ${what}: ${plainText(sentence, MAX_SENTENCE)}`;
}
