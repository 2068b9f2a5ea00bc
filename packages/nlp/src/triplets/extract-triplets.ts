import { DependencyTree } from '../dependency-tree.ts';
import type { Sentence, Token, Triplet } from '../document.ts';
import { type ClauseMood, readMood } from './clause-mood.ts';
import { type ObjectReading, readObjects } from './objects.ts';
import {
  clauseRange,
  copulaRange,
  nominalRange,
  predicateRange,
  prepositionalRange,
  type TokenRange,
  toPhrase,
  verbRange,
} from './phrases.ts';
import { readSubjects, type SubjectReading } from './subjects.ts';

/** Conjoined subjects times conjoined objects stop here. */
const MAX_TRIPLETS_PER_CLAUSE = 12;

/**
 * Confidence is the chance that a triplet read off the parser's tree equals, span for span, one read off the gold tree: a
 * product of how the subject was found, what the object is, and how long the sentence is. Fitted on the dev split of EWT;
 * docs/EXPERIMENTS-ENTITIES.md has the calibration on it and on GUM.
 */
const SOURCE_CONFIDENCE: Readonly<Record<SubjectReading['source'], number>> = {
  own: 1,
  relative: 0.75,
  conjoined: 0.8,
  controlled: 0.85,
  modifier: 0.6,
  adverbial: 0.7,
};
const OBJECT_CONFIDENCE: Readonly<Record<ObjectReading['kind'] | 'copular', number>> = {
  direct: 1,
  agent: 1,
  prepositional: 0.92,
  clausal: 0.85,
  copular: 1,
};

/** Of sentences of so many tokens half the triplets are right, other things being best. */
const HALF_LENGTH_TOKENS = 50;

/** Subject, action and object as token ranges. */
interface Draft extends ClauseMood {
  readonly subject: TokenRange;
  readonly action: TokenRange;
  readonly object: TokenRange;
  readonly confidence: number;
}

/** A preposition right after the action belongs to it (`met with | the minister`), elsewhere to the object. */
function prepositional(
  tree: DependencyTree,
  action: TokenRange,
  head: Token,
): { action: TokenRange; object: TokenRange } {
  const object = nominalRange(tree, head);
  const between = tree.tokens.slice(action.last.index + 1, object.first.index);
  const joined = between.length > 0 && between.length <= 2 && between.every((token) => token.upos === 'ADP');
  if (joined) return { action: { first: action.first, last: between.at(-1)! }, object };
  return { action, object: prepositionalRange(tree, head) };
}

function place(
  tree: DependencyTree,
  action: TokenRange,
  { kind, head }: ObjectReading,
): { action: TokenRange; object: TokenRange } {
  if (kind === 'prepositional' || kind === 'agent') return prepositional(tree, action, head);
  return { action, object: kind === 'clausal' ? clauseRange(tree, head) : nominalRange(tree, head) };
}

/** `wants to leave`: the action begins with the verb that controls it, when nothing else stands between. */
function controlledAction(tree: DependencyTree, verb: Token): TokenRange {
  const own = verbRange(tree, verb);
  const controller = tree.headOf(verb);
  if (verb.deprel !== 'xcomp' || controller?.upos !== 'VERB' || controller.index > verb.index) return own;
  const between = tree.tokens.slice(controller.index + 1, verb.index);
  const unbroken = between.every((token) => token.head === verb.index && /^(?:mark|aux|advmod)/.test(token.deprel));
  return unbroken ? { first: verbRange(tree, controller).first, last: own.last } : own;
}

function verbalDrafts(tree: DependencyTree, verb: Token, reading: SubjectReading): Draft[] {
  const action = controlledAction(tree, verb);
  const trust = SOURCE_CONFIDENCE[reading.source];
  return readObjects(tree, verb, reading.passive).flatMap((object) =>
    reading.subjects.map((subject) => ({
      subject: nominalRange(tree, subject),
      ...place(tree, action, object),
      ...readMood(tree, verb, object.kind === 'clausal' ? [subject] : [subject, object.head]),
      confidence: trust * OBJECT_CONFIDENCE[object.kind],
    })),
  );
}

function copularDrafts(tree: DependencyTree, predicate: Token, copula: Token, reading: SubjectReading): Draft[] {
  const action = copulaRange(tree, copula, predicate);
  const isPlaced = tree.childrenBy(predicate, 'case').length > 0;
  const placed = isPlaced
    ? prepositional(tree, action, predicate)
    : { action, object: predicateRange(tree, predicate) };
  const object = isPlaced ? { first: placed.object.first, last: predicateRange(tree, predicate).last } : placed.object;
  const confidence = SOURCE_CONFIDENCE[reading.source] * OBJECT_CONFIDENCE.copular;
  return reading.subjects.map((subject) => ({
    subject: nominalRange(tree, subject),
    action: placed.action,
    object,
    ...readMood(tree, predicate, [subject, predicate]),
    confidence,
  }));
}

function clauseDrafts(tree: DependencyTree, predicate: Token): Draft[] {
  const copula = tree.childrenBy(predicate, 'cop')[0];
  if (copula === undefined && predicate.upos !== 'VERB') return [];
  if (tree.childrenBy(predicate, 'expl').length > 0) return [];
  const reading = readSubjects(tree, predicate);
  if (reading === undefined) return [];
  return copula === undefined
    ? verbalDrafts(tree, predicate, reading)
    : copularDrafts(tree, predicate, copula, reading);
}

const overlap = (a: TokenRange, b: TokenRange): boolean =>
  a.first.index <= b.last.index && b.first.index <= a.last.index;

/** Broken trees may tie a phrase to itself; such a reading says nothing. */
function isSound({ subject, action, object }: Draft): boolean {
  return !overlap(subject, action) && !overlap(action, object) && !overlap(subject, object);
}

function sentenceTriplets(text: string, sentence: Sentence): Triplet[] {
  const tree = new DependencyTree(sentence);
  const drafts = sentence.tokens.flatMap((token) =>
    clauseDrafts(tree, token).filter(isSound).slice(0, MAX_TRIPLETS_PER_CLAUSE),
  );
  const certainty = 1 / (1 + sentence.tokens.length / HALF_LENGTH_TOKENS);
  return drafts.map((draft) => ({
    subject: toPhrase(text, draft.subject),
    action: toPhrase(text, draft.action),
    object: toPhrase(text, draft.object),
    negated: draft.negated,
    modality: draft.modality,
    confidence: Math.round(certainty * draft.confidence * 100) / 100,
    sentence: sentence.index,
  }));
}

/**
 * Reads who did what to whom off parsed sentences: active, passive, copular, conjoined, relative and controlled clauses.
 * In a passive the subject is what undergoes the action, and the agent, if named, the object of `was ... by`. Negation and
 * modality are marked, and stay in the action's text. Time expressions are no objects. Every span is true: `text.slice(start, end)` is the phrase.
 */
export function extractTriplets(text: string, sentences: readonly Sentence[]): Triplet[] {
  return sentences.flatMap((sentence) => sentenceTriplets(text, sentence));
}
