import type { Token } from '@pawl/nlp';
import { caseOf, phraseOf, relationOf, type SentenceGraph } from './sentence-graph.ts';

export type Role = 'agent' | 'patient' | 'time' | 'place' | 'instrument' | 'beneficiary' | 'purpose';

/** A participant or circumstance of an event, as a place in the text. */
export interface FoundArgument {
  readonly role: Role;
  readonly start: number;
  readonly end: number;
  readonly entityType: string | undefined;
  readonly confidence: number;
  /** What in the tree made it one: `nsubj`, `obl in`, `shared subject`. */
  readonly because: string;
}

const MAX_ARGUMENTS = 12;
const PLACE_CASES = new Set([
  'in',
  'at',
  'near',
  'on',
  'across',
  'from',
  'to',
  'into',
  'outside',
  'inside',
  'around',
  'throughout',
  'toward',
  'towards',
  'off',
]);
const TIME_TYPES = new Set(['DATE', 'TIME']);
const PLACE_TYPES = new Set(['GPE', 'LOC']);
const WEAPON_CASES = new Set(['with', 'using', 'by']);
const RELATIVE_PRONOUNS = new Set(['who', 'which', 'that', 'whom', 'whose']);
/** Relations by which a verb shares the subject of the word above it. */
const SUBJECT_SHARING = new Set(['conj', 'xcomp', 'advcl']);

/** The arguments of a trigger, in the order of the text. */
export function findArguments(graph: SentenceGraph, token: Token): FoundArgument[] {
  const found = new Map<string, FoundArgument>();
  const add = (role: Role, head: Token, confidence: number, because: string) => {
    const argument = { ...argumentAt(graph, role, head, confidence), because };
    const key = `${argument.start}-${argument.end}`;
    if (!found.has(key)) found.set(key, argument);
  };
  for (const child of graph.children[token.index] ?? []) {
    const role = token.upos === 'VERB' ? roleOfVerbChild(graph, child) : roleOfNounChild(graph, child);
    if (role === undefined) continue;
    for (const head of [child, ...conjunctsOf(graph, child)])
      add(role, resolveRelative(graph, token, head), 0.85, relationWithCase(graph, child));
  }
  if (token.upos === 'VERB' && ![...found.values()].some(({ role }) => role === 'agent')) {
    const shared = sharedSubject(graph, token);
    if (shared !== undefined) add(isPassive(graph, token) ? 'patient' : 'agent', shared, 0.7, 'shared subject');
  }
  const modified = modifiedNoun(graph, token);
  if (modified !== undefined) add(isActiveParticiple(token) ? 'agent' : 'patient', modified, 0.7, 'noun modified');
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end).slice(0, MAX_ARGUMENTS);
}

/** `obl in`: the relation of a word with its preposition. */
function relationWithCase(graph: SentenceGraph, child: Token): string {
  return `${child.deprel} ${caseOf(graph, child)}`.trimEnd();
}

function argumentAt(graph: SentenceGraph, role: Role, head: Token, confidence: number): Omit<FoundArgument, 'because'> {
  const entity = graph.entityAt[head.index];
  if (entity !== undefined) {
    return { role, start: entity.start, end: entity.end, entityType: entity.type, confidence };
  }
  return { role, ...phraseOf(graph, head), entityType: undefined, confidence: confidence - 0.1 };
}

function roleOfVerbChild(graph: SentenceGraph, child: Token): Role | undefined {
  switch (child.deprel) {
    case 'nsubj':
    case 'csubj':
    case 'obl:agent':
      return 'agent';
    case 'nsubj:pass':
    case 'obj':
      return roleOfCircumstance(graph, child) === 'time' ? 'time' : 'patient';
    case 'iobj':
      return 'beneficiary';
    case 'advcl':
    case 'xcomp':
      return isPurpose(graph, child) ? 'purpose' : undefined;
    default:
      return relationOf(child) === 'obl' || child.deprel === 'nmod' ? roleOfCircumstance(graph, child) : undefined;
  }
}

function roleOfNounChild(graph: SentenceGraph, child: Token): Role | undefined {
  if (child.deprel === 'nmod:poss') return 'agent';
  if (child.deprel === 'nmod:tmod') return 'time';
  if (relationOf(child) === 'compound' && graph.entityAt[child.index] !== undefined)
    return roleOfCircumstance(graph, child);
  if (relationOf(child) !== 'nmod') return undefined;
  const preposition = caseOf(graph, child);
  if (preposition === 'by' || preposition === 'between') return 'agent';
  if (preposition === 'of' || preposition === 'against')
    return roleOfCircumstance(graph, child) === 'time' ? 'time' : 'patient';
  return roleOfCircumstance(graph, child);
}

/** The role of a phrase by its preposition and what it names. */
function roleOfCircumstance(graph: SentenceGraph, head: Token): Role | undefined {
  const type = graph.entityAt[head.index]?.type;
  const preposition = caseOf(graph, head);
  if ((type !== undefined && TIME_TYPES.has(type)) || head.deprel === 'obl:tmod') return 'time';
  if (type !== undefined && PLACE_TYPES.has(type) && (PLACE_CASES.has(preposition) || preposition === ''))
    return 'place';
  if (preposition === 'for') return type === 'PER' || type === 'ORG' || type === 'GPE' ? 'beneficiary' : 'purpose';
  if (preposition === 'to' && (type === 'PER' || type === 'ORG')) return 'beneficiary';
  if (preposition === 'with' && (type === 'PER' || type === 'ORG' || type === 'GPE')) return 'patient';
  if (preposition === 'against' || preposition === 'on') return 'patient';
  if (WEAPON_CASES.has(preposition)) return 'instrument';
  if (PLACE_CASES.has(preposition) && head.upos !== 'VERB') return 'place';
  return undefined;
}

/** "to end the war": an infinitive that says what for. */
function isPurpose(graph: SentenceGraph, child: Token): boolean {
  return (
    child.deprel === 'advcl' &&
    (graph.children[child.index] ?? []).some(({ text, deprel }) => deprel === 'mark' && text.toLowerCase() === 'to')
  );
}

function conjunctsOf(graph: SentenceGraph, token: Token): Token[] {
  return (graph.children[token.index] ?? []).filter((child) => relationOf(child) === 'conj' && child.upos !== 'VERB');
}

/** "the man who fled": the pronoun stands for the noun that the clause hangs on. */
function resolveRelative(graph: SentenceGraph, trigger: Token, head: Token): Token {
  if (!RELATIVE_PRONOUNS.has(head.text.toLowerCase()) || relationOf(trigger) !== 'acl') return head;
  return graph.tokens[trigger.head] ?? head;
}

/** "He resigned and left": a verb without a subject has that of the verb above it. */
function sharedSubject(graph: SentenceGraph, token: Token): Token | undefined {
  let verb: Token | undefined = token;
  for (let steps = 0; steps < 3 && verb !== undefined; steps++) {
    if (!SUBJECT_SHARING.has(relationOf(verb))) return undefined;
    verb = graph.tokens[verb.head];
    const subject = verb && graph.children[verb.index]?.find((child) => relationOf(child) === 'nsubj');
    if (subject !== undefined) return subject;
  }
  return undefined;
}

/** "the men arrested in Paris": the noun a participle belongs to. */
function modifiedNoun(graph: SentenceGraph, token: Token): Token | undefined {
  return token.deprel === 'acl' && token.upos === 'VERB' ? graph.tokens[token.head] : undefined;
}

function isActiveParticiple({ xpos }: Token): boolean {
  return xpos === 'VBG';
}

function isPassive(graph: SentenceGraph, token: Token): boolean {
  return (graph.children[token.index] ?? []).some(({ deprel }) => deprel === 'aux:pass' || deprel === 'nsubj:pass');
}
