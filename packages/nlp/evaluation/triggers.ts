import type { Document, EventTrigger, Sentence } from '../src/document.ts';
import type { EventDocument } from './event-corpus.ts';
import { type ScoredSpan, SpanF1, type SpanScores } from './span-f1.ts';

/** What `evaluate triggers` prints. */
export interface TriggerReport extends SpanScores {
  /** By the part of speech of the first word, as the parser tags it. */
  readonly by_type: Record<string, SpanScores>;
}

/** Analyses the sentences of one document and finds its triggers. */
export type FindTriggers = (sentences: readonly (readonly string[])[]) => {
  readonly document: Document;
  readonly triggers: readonly EventTrigger[];
};

/** Sentences as the corpus counts them with the parser's sentences, of which long ones have several and empty ones none. */
export function alignSentences(words: readonly (readonly string[])[], { sentences }: Document): Sentence[][] {
  let next = 0;
  return words.map(({ length }) => {
    const parts: Sentence[] = [];
    for (let left = length; left > 0; left -= parts.at(-1)!.tokens.length) parts.push(sentences[next++]!);
    return parts;
  });
}

const typeOf = (upos: string | undefined): string =>
  upos === 'VERB' || upos === 'NOUN' || upos === 'PROPN' ? upos.toLowerCase() : 'other';

/** Scores the triggers of checked sentences: exactly the words that are marked, all of them. Gold words are given. */
export function evaluateTriggers(documents: readonly EventDocument[], find: FindTriggers): TriggerReport {
  const score = new SpanF1();
  for (const { sentences, checked, mentions } of documents) {
    const { document, triggers } = find(sentences);
    const aligned = alignSentences(sentences, document);
    for (const s of checked) {
      const tokens = aligned[s]!.flatMap((part) => part.tokens);
      const label = (first: number): string => typeOf(tokens[first]?.upos);
      const gold = mentions.filter((mention) => mention.sentence === s);
      score.add(
        gold.map((mention) => toSpan(mention.tokens, label)),
        aligned[s]!.flatMap((part) => spansIn(part, triggers, tokens, label)),
      );
    }
  }
  return { ...score.overall(), by_type: score.byLabel() };
}

/** A mention with gaps matches no trigger; its bounds are given up for that. */
function toSpan(tokens: readonly number[], label: (first: number) => string): ScoredSpan {
  const first = tokens[0]!;
  const last = tokens.at(-1)!;
  const isWhole = last - first === tokens.length - 1;
  return { first, last: isWhole ? last : -1 - last, label: label(first) };
}

function spansIn(
  { index, tokens: own }: Sentence,
  triggers: readonly EventTrigger[],
  tokens: Sentence['tokens'],
  label: (first: number) => string,
): ScoredSpan[] {
  const offset = tokens.indexOf(own[0]!);
  return triggers
    .filter(({ sentence }) => sentence === index)
    .map(({ start, end }) => {
      const first = offset + own.findIndex((token) => token.start === start);
      return { first, last: offset + own.findIndex((token) => token.end === end), label: label(first) };
    });
}
