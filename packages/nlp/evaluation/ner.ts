import type { Entity, Sentence } from '../src/document.ts';
import { type Iob2Sentence, readIob2 } from './iob2.ts';
import { type ScoredSpan, SpanF1, type SpanScores } from './span-f1.ts';

/** What `evaluate ner` prints. */
export interface NerReport extends SpanScores {
  readonly by_type: Record<string, SpanScores>;
}

/** Finds the entities of a tokenised text. */
export type FindEntities = (text: string, sentences: readonly Sentence[]) => readonly Entity[];

/** Turns gold tokens into bare sentences of a text, for annotators to fill in what they need. */
export type AnnotateTokens = (sentences: readonly (readonly string[])[]) => { text: string; sentences: Sentence[] };

const SCORED_LABELS = new Set(['PER', 'ORG', 'LOC']);

/** Sentences of a document joined by line ends, tokens by spaces; no tag, lemma or tree. */
export function untaggedSentences(words: readonly (readonly string[])[]): { text: string; sentences: Sentence[] } {
  let text = '';
  const sentences = words.map((sentence, index) => {
    const start = text.length;
    const tokens = sentence.map((word, i) => {
      const tokenStart = text.length;
      text += i === sentence.length - 1 ? word : `${word} `;
      const end = tokenStart + word.length;
      return {
        index: i,
        text: word,
        start: tokenStart,
        end,
        upos: 'X' as const,
        xpos: '',
        lemma: word,
        head: -1,
        deprel: 'dep',
      };
    });
    const end = text.length;
    text += '\n';
    return { index, start, end, tokens };
  });
  return { text, sentences };
}

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
function scoredLabel(type: string): string | undefined {
  const label = type === 'GPE' ? 'LOC' : type;
  return SCORED_LABELS.has(label) ? label : undefined;
}

/** Entities as token spans of each sentence; those that start or end inside a token can match nothing. */
function toTokenSpans(sentences: readonly Sentence[], entities: readonly Entity[]): ScoredSpan[][] {
  const starts = new Map<number, { sentence: number; token: number }>();
  const ends = new Map<number, number>();
  for (const { index, tokens } of sentences) {
    for (const token of tokens) {
      starts.set(token.start, { sentence: index, token: token.index });
      ends.set(token.end, token.index);
    }
  }
  const spans: ScoredSpan[][] = sentences.map(() => []);
  for (const { type, start, end } of entities) {
    const label = scoredLabel(type);
    if (label === undefined) continue;
    const from = starts.get(start);
    spans[from?.sentence ?? 0]?.push({ first: from?.token ?? -1, last: ends.get(end) ?? -1, label });
  }
  return spans;
}

/**
 * Scores PER, ORG and LOC (with GPE) on the gold tokens of an IOB2 file.
 * @param content the file's text; `# newdoc` comments mark documents.
 */
export function evaluateNer(
  content: string,
  findEntities: FindEntities,
  annotate: AnnotateTokens = untaggedSentences,
): NerReport {
  const score = new SpanF1();
  for (const document of toDocuments(readIob2(content))) {
    const { text, sentences } = annotate(document.map((sentence) => sentence.words));
    const predicted = toTokenSpans(sentences, findEntities(text, sentences));
    document.forEach((sentence, i) => {
      const gold = sentence.spans.filter((span) => SCORED_LABELS.has(span.label));
      score.add(gold, predicted[i] ?? []);
    });
  }
  return { ...score.overall(), by_type: score.byLabel() };
}
