import type { Document, Phrase, Triplet } from '@pawl/nlp';
import { extractTriplets, loadEnglish } from '@pawl/nlp';
import type { ExtractedEvent, SoaTriplet, Span } from '../../domain/result.ts';
import { extractEvents } from '../events/builtin/extract-events.ts';
import type { TextOutline } from '../events/text-outline.ts';
import { toEntity, toExtractedEntity } from '../extracted-entity.ts';
import type { Analysis, AnalysisPart, AnalysisTask, Timed } from './analysis.ts';

// Runs in the threads of the language pool. The text is parsed once; the first part asked for bears its time.

const english = await loadEnglish();
const eventProbability = english.eventProbability.bind(english);

/** @throws nothing that a text can cause */
export default function analyse(task: AnalysisTask): Analysis {
  const wants = new Set<AnalysisPart>(task.wants);
  const begunAt = performance.now();
  const options = task.documentDate === null ? {} : { documentDate: task.documentDate };
  const parsed = english.parse(task.text, options);
  let spentMs = performance.now() - begunAt;
  const timed = <T>(name: AnalysisPart, work: () => T): Timed<T> | null => {
    if (!wants.has(name)) return null;
    const startedAt = performance.now();
    const value = work();
    const ms = spentMs + performance.now() - startedAt;
    spentMs = 0;
    return { value, ms };
  };
  const document = task.entities === null ? parsed : { ...parsed, entities: task.entities.map(toEntity) };
  let found: readonly ExtractedEvent[] | undefined;
  const events = () => (found ??= extractEvents({ document, taxonomy: task.taxonomy, eventProbability }));
  return {
    entities: timed('entities', () => parsed.entities.map(toExtractedEntity)),
    dependencies: timed('dependencies', () =>
      extractTriplets(task.text, parsed.sentences).map((triplet) => toSoaTriplet(parsed, triplet)),
    ),
    events: timed('events', events),
    outline: timed('outline', () => toOutline(parsed, events())),
  };
}

function toOutline({ sentences }: Document, events: readonly ExtractedEvent[]): TextOutline {
  return {
    sentences: sentences.map(({ start, end }) => ({ start, end })),
    words: sentences.flatMap(({ tokens }) => tokens.map(({ start, end, lemma }) => ({ start, end, lemma }))),
    evidence: events.map(({ trigger: { start_char: start, end_char: end }, metadata: { confidence } }) => ({
      start,
      end,
      confidence,
    })),
  };
}

function toSoaTriplet({ text, sentences }: Document, triplet: Triplet): SoaTriplet {
  const sentence = sentences[triplet.sentence];
  return {
    subject: toSpan(triplet.subject),
    action: toSpan(triplet.action),
    object: toSpan(triplet.object),
    confidence: Math.round(triplet.confidence * 1000) / 1000,
    negated: triplet.negated,
    modality: triplet.modality,
    sentence: sentence === undefined ? '' : text.slice(sentence.start, sentence.end),
  };
}

function toSpan({ text, start, end }: Phrase): Span {
  return { text, start_char: start, end_char: end };
}
