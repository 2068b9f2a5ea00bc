import type { Entity, Sentence, Token } from '@pawl/nlp';

/** A sentence with what the patterns ask of it again and again. Any tree is taken as it comes, also a broken one. */
export interface SentenceGraph {
  readonly sentence: Sentence;
  readonly tokens: readonly Token[];
  /** Dependents of each token, in order. */
  readonly children: readonly (readonly Token[])[];
  /** The entity that covers each token. */
  readonly entityAt: readonly (Entity | undefined)[];
}

export function buildSentenceGraph(sentence: Sentence, entities: readonly Entity[]): SentenceGraph {
  const { tokens } = sentence;
  const children: Token[][] = tokens.map(() => []);
  for (const token of tokens) {
    if (token.head !== token.index) children[token.head]?.push(token);
  }
  const entityAt = tokens.map((token) => entities.find(({ start, end }) => start <= token.start && token.end <= end));
  return { sentence, tokens, children, entityAt };
}

/** The universal relation of a token, without its subtype. */
export function relationOf({ deprel }: Token): string {
  return deprel.split(':', 1)[0] ?? deprel;
}

/** The preposition or other case marker of a phrase, by its head; lower case, empty when there is none. */
export function caseOf(graph: SentenceGraph, head: Token): string {
  const marker = graph.children[head.index]?.find((child) => relationOf(child) === 'case');
  return marker?.text.toLowerCase() ?? '';
}

/** Relations that lead out of a phrase: what hangs there is told of the phrase, or beside it. */
const OUTSIDE = new Set([
  'case',
  'punct',
  'cc',
  'conj',
  'acl',
  'appos',
  'parataxis',
  'mark',
  'cop',
  'nsubj',
  'advcl',
  'dep',
  'advmod',
  'discourse',
  'orphan',
]);

/** The words of a phrase around its head, from the first to the last: nouns with their own modifiers, without clauses. */
export function phraseOf(graph: SentenceGraph, head: Token): { start: number; end: number } {
  let start = head.start;
  let end = head.end;
  const seen = new Set<number>([head.index]);
  const open = [head];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    for (const child of graph.children[token.index] ?? []) {
      if (seen.has(child.index) || OUTSIDE.has(relationOf(child))) continue;
      if (token === head && child.upos === 'DET' && child.index < head.index && start === child.end) continue;
      seen.add(child.index);
      start = Math.min(start, child.start);
      end = Math.max(end, child.end);
      open.push(child);
    }
  }
  return { start, end };
}
