import type { DocumentResult, ExtractedEntity, ExtractedEvent } from '../../src/domain/result.ts';

/** A made-up document: of a story, or with words of its own. */
export interface SyntheticDocument {
  readonly id: string;
  readonly story: number;
  /** Days since 2020-01-01; null for no date. */
  readonly day: number | null;
  /** Which of the story's sentences it has. */
  readonly sentences: readonly number[];
}

const PEOPLE = ['Zorvath Quill', 'Imelda Varnak', 'Tobin Askerud', 'Petra Lindqvar', 'Oswin Thrale', 'Mirel Dancova'];
const PLACES = ['Karvalund', 'Brestopol', 'Quendamar', 'Osterveld', 'Tanbrook', 'Vissarion'];
const DEEDS = [
  ['resigned', 'resign', 'personnel_end_position'],
  ['was arrested', 'arrest', 'justice_arrest'],
  ['attacked', 'attack', 'conflict_attack'],
  ['was elected', 'elect', 'personnel_elect'],
  ['died', 'die', 'life_die'],
] as const;
const THINGS = ['dam', 'glacier', 'orchestra', 'reactor', 'vaccine', 'parliament', 'submarine', 'vineyard'];

/** The result of a made-up document: real text, with true spans, as the pipeline would give it. */
export function resultOf({ id, story, day, sentences }: SyntheticDocument): DocumentResult {
  let text = '';
  const entities: ExtractedEntity[] = [];
  const events: ExtractedEvent[] = [];
  for (const number of sentences) {
    const person = PEOPLE[(story + number) % 2 === 0 ? story % PEOPLE.length : (story * 5 + 1) % PEOPLE.length]!;
    const place = PLACES[story % PLACES.length]!;
    const [deed, lemma, type] = DEEDS[number % DEEDS.length]!;
    const sentence = `${person} ${deed} near the ${THINGS[(story + number) % THINGS.length]} of ${place}, said witness${story}x${number}.`;
    const start = text.length;
    const at = (part: string) => start + sentence.indexOf(part);
    const span = (part: string) => ({ text: part, start_char: at(part), end_char: at(part) + part.length });
    entities.push({ ...span(person), type: 'PER', confidence: 0.9 }, { ...span(place), type: 'GPE', confidence: 0.9 });
    const word = deed.split(' ').at(-1)!;
    events.push({
      event_id: `${id}#e${events.length + 1}`,
      event_type: type,
      trigger: { ...span(word), lemma },
      arguments: [
        { argument_role: 'agent', entity: { ...span(person), type: 'PER' }, confidence: 0.8 },
        { argument_role: 'place', entity: { ...span(place), type: 'GPE' }, confidence: 0.8 },
      ],
      domain: 'domestic_policy',
      temporal_reference: day === null ? null : dateAfter(day + number),
      metadata: {
        sentiment: 'neutral',
        causality: null,
        confidence: 0.8,
        source_sentence: sentence,
        source_chunk_index: 0,
      },
    });
    text += `${sentence} `;
  }
  return {
    document_id: id,
    batch_id: 'b',
    job_id: '00000000-0000-4000-8000-000000000000',
    processed_at: '2020-01-01T00:00:00.000Z',
    normalized_date: day === null ? null : dateAfter(day),
    original_text: text === '' ? 'Nothing.' : text,
    source_document: { document_id: id },
    extracted_entities: entities,
    extracted_soa_triplets: [],
    events,
    processing_metadata: { stages: {}, attempts: 1 },
  };
}

function dateAfter(day: number): string {
  return new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
}
