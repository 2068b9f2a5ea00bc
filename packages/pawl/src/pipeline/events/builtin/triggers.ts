import type { Token } from '@pawl/nlp';
import { type Condition, type Lexicon, type LexiconEntry, NOUN_LEXICON, VERB_LEXICON } from './lexicon.ts';
import { caseOf, relationOf, type SentenceGraph } from './sentence-graph.ts';

/** A word that tells of an event, and why it is thought to. */
export interface Trigger {
  readonly token: Token;
  /** The particle of a phrasal verb. */
  readonly particle: Token | undefined;
  readonly lemma: string;
  readonly entry: LexiconEntry;
  readonly condition: Condition | undefined;
  /** Denied, or only wished, planned or supposed. */
  readonly isAsserted: boolean;
}

const HYPOTHETICAL_AUXILIARIES = new Set(['would', 'could', 'should', 'may', 'might', 'must', 'can', 'shall']);
const HYPOTHETICAL_GOVERNORS = new Set(
  'want wish hope plan threaten refuse fail seek try intend urge call demand propose consider vow pledge promise fear'.split(
    ' ',
  ),
);
const NEGATIONS = new Set(['not', "n't", 'never', 'no', 'neither', 'nor', 'without']);

/** The triggers of a sentence, in order; at most one a token. */
export function findTriggers(graph: SentenceGraph): Trigger[] {
  const triggers: Trigger[] = [];
  for (const token of graph.tokens) {
    const trigger = triggerAt(graph, token);
    if (trigger !== undefined) triggers.push(trigger);
  }
  return triggers;
}

function triggerAt(graph: SentenceGraph, token: Token): Trigger | undefined {
  const isVerb = token.upos === 'VERB';
  if ((!isVerb && token.upos !== 'NOUN') || isNamePart(graph, token)) return undefined;
  const lexicon = isVerb ? VERB_LEXICON : NOUN_LEXICON;
  const particle = isVerb ? particleOf(graph, token) : undefined;
  const lemma = token.lemma.toLowerCase();
  const phrasal = particle === undefined ? undefined : `${lemma}_${particle.text.toLowerCase()}`;
  for (const [word, used] of [
    [phrasal, particle],
    [lightVerbPhrase(graph, token, lemma), undefined],
    [particle === undefined ? lemma : undefined, undefined],
  ] as const) {
    const found = word === undefined ? undefined : matchEntry(graph, token, lexicon, word);
    if (found !== undefined) {
      const isAsserted = isAssertedIn(graph, token);
      return { token, particle: used, lemma: (word ?? lemma).replaceAll('_', ' '), ...found, isAsserted };
    }
  }
  return undefined;
}

/** Inside a name ("Trial Magazine") a word tells of nothing. */
function isNamePart(graph: SentenceGraph, token: Token): boolean {
  const type = graph.entityAt[token.index]?.type;
  return type !== undefined && type !== 'EVENT' && type !== 'MISC';
}

function particleOf(graph: SentenceGraph, token: Token): Token | undefined {
  return graph.children[token.index]?.find(({ deprel }) => deprel === 'compound:prt');
}

/** "take office": a verb whose object makes the sense. */
function lightVerbPhrase(graph: SentenceGraph, token: Token, lemma: string): string | undefined {
  if (token.upos !== 'VERB') return undefined;
  const object = graph.children[token.index]?.find((child) => relationOf(child) === 'obj');
  return object === undefined ? undefined : `${lemma}_${object.lemma.toLowerCase()}`;
}

function matchEntry(
  graph: SentenceGraph,
  token: Token,
  lexicon: Lexicon,
  word: string,
): { entry: LexiconEntry; condition: Condition | undefined } | undefined {
  for (const entry of lexicon.get(word) ?? []) {
    if (entry.conditions.length === 0) return { entry, condition: undefined };
    const condition = entry.conditions.find((one) => holds(graph, token, one));
    if (condition !== undefined) return { entry, condition };
  }
  return undefined;
}

function holds(graph: SentenceGraph, token: Token, { relation, lemmas, entities }: Condition): boolean {
  return (graph.children[token.index] ?? []).some((child) => {
    if (!standsIn(graph, token, child, relation)) return false;
    if (lemmas !== undefined && !lemmas.split(' ').includes(child.lemma.toLowerCase())) return false;
    const type = graph.entityAt[child.index]?.type;
    return entities === undefined || (type !== undefined && entities.split(' ').includes(type));
  });
}

function standsIn(graph: SentenceGraph, token: Token, child: Token, relation: string): boolean {
  const deprel = relationOf(child);
  const isPassive = child.deprel === 'nsubj:pass';
  switch (relation) {
    case 'object':
      return deprel === 'obj' || isPassive;
    case 'subject':
      return deprel === 'nsubj' && !isPassive;
    case 'complement':
      return deprel === 'xcomp' || (deprel === 'obj' && !isPassive && child.index > token.index) || deprel === 'acomp';
    case 'compound':
      return deprel === 'compound';
    case 'modifier':
      return deprel === 'amod';
    default:
      return (deprel === 'obl' || deprel === 'nmod') && caseOf(graph, child) === relation;
  }
}

function isAssertedIn(graph: SentenceGraph, token: Token): boolean {
  const children = graph.children[token.index] ?? [];
  const isDenied = children.some(({ text }) => NEGATIONS.has(text.toLowerCase()));
  const isSupposed = children.some(
    (child) => relationOf(child) === 'aux' && HYPOTHETICAL_AUXILIARIES.has(child.lemma.toLowerCase()),
  );
  const isConditional = children.some((child) => relationOf(child) === 'mark' && child.text.toLowerCase() === 'if');
  const governor = graph.tokens[token.head];
  const isWished =
    governor !== undefined &&
    (relationOf(token) === 'xcomp' || relationOf(token) === 'ccomp') &&
    HYPOTHETICAL_GOVERNORS.has(governor.lemma.toLowerCase());
  return !isDenied && !isSupposed && !isConditional && !isWished;
}
