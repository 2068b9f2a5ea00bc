import { baseRelation, type DependencyTree } from '../dependency-tree.ts';
import type { Phrase, Token } from '../document.ts';

/** Phrases end here: it bounds the cost of broken trees. */
const MAX_PHRASE_TOKENS = 100;

/** Dependents that say more about a noun than what it names, or stand beside it. */
const NOT_IN_NOMINAL = new Set([
  'conj',
  'cc',
  'parataxis',
  'appos',
  'punct',
  'discourse',
  'vocative',
  'dislocated',
  'list',
  'reparandum',
  'orphan',
]);
/** Dependents of a predicate that are no part of it when it is a nominal: `[She] [is] a doctor [because ...]`. */
const NOT_IN_PREDICATE = new Set([
  ...NOT_IN_NOMINAL,
  'nsubj',
  'csubj',
  'cop',
  'aux',
  'mark',
  'advcl',
  'expl',
  'case',
  'advmod',
]);
/** Dependents left out of a clause used as an object. */
const NOT_IN_CLAUSE = new Set(['conj', 'cc', 'parataxis', 'discourse', 'vocative']);
/** Words a verb group may hold left of its verb. */
const IN_VERB_GROUP = new Set(['aux', 'cop', 'advmod']);
const PUNCTUATION = new Set(['PUNCT']);

/** A phrase as its first and last token, both included. */
export interface TokenRange {
  readonly first: Token;
  readonly last: Token;
}

/** The characters from the first to the last token. */
export function toPhrase(text: string, { first, last }: TokenRange): Phrase {
  return { text: text.slice(first.start, last.end), start: first.start, end: last.end };
}

/** Asides that no phrase keeps, however deep they hang. */
const isAside = ({ deprel }: Token): boolean => deprel === 'acl:relcl' || deprel === 'appos' || deprel === 'parataxis';

function collect(tree: DependencyTree, head: Token, skipped: ReadonlySet<string>, keepAsides = false): Set<number> {
  const kept = (token: Token): boolean => keepAsides || !isAside(token);
  const seen = new Set([head.index]);
  const queue = tree.childrenOf(head).filter((child) => kept(child) && !skipped.has(baseRelation(child.deprel)));
  while (queue.length > 0 && seen.size < MAX_PHRASE_TOKENS) {
    const token = queue.shift()!;
    if (seen.has(token.index)) continue;
    seen.add(token.index);
    for (const child of tree.childrenOf(token)) if (kept(child)) queue.push(child);
  }
  return seen;
}

/** The unbroken stretch of collected tokens around the head, without punctuation at its edges. */
function stretch(tree: DependencyTree, head: Token, members: ReadonlySet<number>): TokenRange {
  let first = head.index;
  let last = head.index;
  while (members.has(first - 1)) first--;
  while (members.has(last + 1)) last++;
  while (first < head.index && PUNCTUATION.has(tree.tokens[first]!.upos)) first++;
  while (last > head.index && PUNCTUATION.has(tree.tokens[last]!.upos)) last--;
  return { first: tree.tokens[first]!, last: tree.tokens[last]! };
}

/** The noun phrase of a head, with its modifiers, without its preposition, conjuncts and relative clauses. */
export function nominalRange(tree: DependencyTree, head: Token): TokenRange {
  if (tree.childrenBy(head, 'cop').length > 0) return predicateRange(tree, head);
  const prepositions = new Set(
    tree.childrenBy(head, 'case').filter((child) => child.index < head.index && child.upos !== 'PART'),
  );
  const members = collect(tree, head, NOT_IN_NOMINAL);
  for (const preposition of prepositions)
    for (const index of collect(tree, preposition, new Set())) members.delete(index);
  return stretch(tree, head, members);
}

/** The noun phrase of a head with its preposition. */
export function prepositionalRange(tree: DependencyTree, head: Token): TokenRange {
  return stretch(tree, head, collect(tree, head, NOT_IN_NOMINAL));
}

/** The phrase of a nominal or adjectival predicate without copula and subject. */
export function predicateRange(tree: DependencyTree, head: Token): TokenRange {
  return stretch(tree, head, collect(tree, head, NOT_IN_PREDICATE));
}

/** A whole clause with its own subject. */
export function clauseRange(tree: DependencyTree, head: Token): TokenRange {
  return stretch(tree, head, collect(tree, head, NOT_IN_CLAUSE, true));
}

/** Extends a verb over the auxiliaries, negations and adverbs before it: `did not sign`, `has been elected`. */
function groupStart(tree: DependencyTree, verb: Token, owner: Token): Token {
  let first = verb;
  for (let i = verb.index - 1; i >= 0; i--) {
    const token = tree.tokens[i]!;
    if (token.head !== owner.index || !IN_VERB_GROUP.has(baseRelation(token.deprel))) break;
    if (baseRelation(token.deprel) !== 'advmod' || isNegation(token)) first = token;
  }
  return first;
}

const isNegation = (token: Token): boolean => /^(?:not|n['’]t|never)$/i.test(token.text);

/** The verb group: auxiliaries, negation, verb and an adjoining particle. */
export function verbRange(tree: DependencyTree, verb: Token): TokenRange {
  const particle = tree
    .childrenOf(verb)
    .find((child) => child.deprel === 'compound:prt' && child.index === verb.index + 1);
  return { first: groupStart(tree, verb, verb), last: particle ?? verb };
}

/** The copula with auxiliaries and negation: `was not`. */
export function copulaRange(tree: DependencyTree, copula: Token, predicate: Token): TokenRange {
  const next = tree.tokens[copula.index + 1];
  const negated = next !== undefined && next.head === predicate.index && isNegation(next);
  return { first: groupStart(tree, copula, predicate), last: negated ? next : copula };
}
