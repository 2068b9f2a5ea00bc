import { loadEnglish, type TriggerExplanation } from '@pawl/nlp';
import type { DocumentResult, ExtractedEvent, Span } from '../../../domain/result.ts';
import type { Taxonomy } from '../../../domain/taxonomy.ts';
import { toEntity } from '../../extracted-entity.ts';
import { type FoundEvent, findEvents } from './extract-events.ts';
import type { Condition } from './lexicon.ts';

/** How many of the classifier's features are told. */
const MAX_FEATURES = 8;

/** Why the built-in extractor found an event. */
export interface EventExplanation {
  readonly event_id: string;
  readonly event_type: string;
  readonly trigger: ExtractedEvent['trigger'];
  readonly source_sentence: string;
  readonly confidence: number;
  /** The entry of the lexicon that gave the type. */
  readonly pattern: {
    readonly word: string;
    readonly strength: number;
    /** What had to stand beside the word, and did: `object is one of law, bill`; null where nothing had to. */
    readonly condition: string | null;
  };
  /** What the trained classifier says of the word. */
  readonly classifier: {
    readonly probability: number;
    readonly least_probability: number;
    /** The strongest features, for (positive) and against (negative), in log-odds. */
    readonly features: TriggerExplanation['features'];
  };
  /** False for what is denied, wished or supposed. */
  readonly asserted: boolean;
  readonly arguments: readonly (Span & {
    readonly argument_role: string;
    /** What in the tree made it one, such as `nsubj` or `obl in`. */
    readonly because: string;
  })[];
}

/**
 * Extracts the events of a saved result again and says why each was found. The extractor is deterministic, so these are the
 * saved ones; an event that another version of pawl saved and this one does not find is left out.
 */
export async function explainEvents(result: DocumentResult, taxonomy: Taxonomy): Promise<EventExplanation[]> {
  const english = await loadEnglish();
  const { original_text: text, normalized_date: date, processing_metadata } = result;
  const parsed = english.parse(text, date === null ? {} : { documentDate: date });
  const hasOwnEntities = processing_metadata.stages.entities?.provider === 'builtin';
  const document = hasOwnEntities ? parsed : { ...parsed, entities: result.extracted_entities.map(toEntity) };
  const eventProbability = english.eventProbability.bind(english);
  return findEvents({ document, taxonomy, eventProbability }).flatMap(({ extracted, found }) => {
    const saved = result.events.find((event) => isSame(event, extracted));
    if (saved === undefined) return [];
    const { features } = english.explainTrigger(found.sentence, document.entities, found.trigger.token.index);
    return [explain(saved, found, features)];
  });
}

function isSame(a: ExtractedEvent, b: ExtractedEvent): boolean {
  return a.event_type === b.event_type && a.trigger.start_char === b.trigger.start_char;
}

function explain(
  saved: ExtractedEvent,
  { trigger, probability, arguments: args }: FoundEvent,
  features: TriggerExplanation['features'],
): EventExplanation {
  const { entry, condition } = trigger;
  return {
    event_id: saved.event_id,
    event_type: saved.event_type,
    trigger: saved.trigger,
    source_sentence: saved.metadata.source_sentence,
    confidence: saved.metadata.confidence,
    pattern: {
      word: entry.source,
      strength: entry.strength,
      condition: condition === undefined ? null : describe(condition),
    },
    classifier: {
      probability: round(probability),
      least_probability: entry.leastProbability,
      features: features.slice(0, MAX_FEATURES).map(({ feature, weight }) => ({ feature, weight: round(weight) })),
    },
    asserted: trigger.isAsserted,
    arguments: saved.arguments.map(({ argument_role, entity: { text, start_char, end_char } }) => {
      const because = args.find(({ start, end }) => start === start_char && end === end_char)?.because ?? '';
      return { argument_role, text, start_char, end_char, because };
    }),
  };
}

function describe({ relation, lemmas, entities }: Condition): string {
  const wanted = [
    lemmas === undefined ? '' : ` is one of ${lemmas.split(' ').join(', ')}`,
    entities === undefined ? '' : ` is a name of type ${entities.split(' ').join(' or ')}`,
  ];
  return relation + (wanted.join('') || ' is there');
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
