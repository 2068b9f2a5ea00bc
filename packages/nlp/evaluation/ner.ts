import type { Document } from '../src/document.ts';
import { type Iob2Sentence, readIob2 } from './iob2.ts';
import { type ScoredSpan, SpanF1, type SpanScores } from './span-f1.ts';

/** What `evaluate ner` prints. */
export interface NerReport extends SpanScores {
  readonly by_type: Record<string, SpanScores>;
}

/** Analyses the tokenised sentences of one document; the result has the same tokens in the same order. */
export type ParseTokens = (sentences: readonly (readonly string[])[]) => Document;

const SCORED_LABELS = new Set(['PER', 'ORG', 'LOC']);

/** Files without document marks are read as unrelated sentences. */
function toDocuments(sentences: readonly Iob2Sentence[]): Iob2Sentence[][] {
  if (!sentences.some((sentence) => sentence.startsDocument)) return sentences.map((sentence) => [sentence]);
  const documents: Iob2Sentence[][] = [];
  for (const sentence of sentences) {
    if (sentence.startsDocument || documents.length === 0) documents.push([]);
    documents.at(-1)!.push(sentence);
  }
  return documents;
}

/** GPE is a kind of LOC in Universal NER; other types are not scored. */
const scoredLabel = (type: string): string => (type === 'GPE' ? 'LOC' : type);

/** Gold spans with tokens counted through the document. */
function goldSpans(document: readonly Iob2Sentence[]): ScoredSpan[] {
  let offset = 0;
  return document.flatMap(({ words, spans }) => {
    const base = offset;
    offset += words.length;
    return spans.map(({ first, last, label }) => ({ first: base + first, last: base + last, label }));
  });
}

/** Entities as token spans; a bound inside a token becomes -1 and matches nothing. */
function predictedSpans({ sentences, entities }: Document): ScoredSpan[] {
  const tokens = sentences.flatMap((sentence) => sentence.tokens);
  const firsts = new Map(tokens.map((token, i) => [token.start, i]));
  const lasts = new Map(tokens.map((token, i) => [token.end, i]));
  return entities.map(({ type, start, end }) => ({
    first: firsts.get(start) ?? -1,
    last: lasts.get(end) ?? -1,
    label: scoredLabel(type),
  }));
}

const isScored = ({ label }: ScoredSpan): boolean => SCORED_LABELS.has(label);

/**
 * Scores PER, ORG and LOC (with GPE) on the gold tokens of an IOB2 file.
 * @param content the file's text; `# newdoc` comments mark documents.
 */
export function evaluateNer(content: string, parse: ParseTokens): NerReport {
  const score = new SpanF1();
  for (const document of toDocuments(readIob2(content))) {
    const predicted = predictedSpans(parse(document.map((sentence) => sentence.words)));
    score.add(goldSpans(document).filter(isScored), predicted.filter(isScored));
  }
  return { ...score.overall(), by_type: score.byLabel() };
}
