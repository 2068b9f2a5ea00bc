import { baseRelation, type DependencyTree } from '../dependency-tree.ts';
import type { Token } from '../document.ts';

/** Whether a clause says that something happened, or that it did not, or only might, must or is wished to. */
export interface ClauseMood {
  readonly negated: boolean;
  /** Lemma of the word that makes it other than a fact: a modal (`must`), a verb above it (`want`), or `if`; null for none. */
  readonly modality: string | null;
}

const NEGATIONS = new Set(['not', "n't", 'n’t', 'never', 'neither', 'nor', 'hardly', 'scarcely']);
const NEGATIVE_DETERMINERS = new Set(['no', 'neither']);
const NEGATIVE_PRONOUNS = new Set(['nobody', 'none', 'nothing', 'no-one', 'noone']);
const MODALS = new Set(['can', 'could', 'may', 'might', 'must', 'shall', 'should', 'will', 'would', 'ought', 'need']);
/** Verbs whose complement is wished, planned, tried, asked for or owed, but not said to have happened. */
const UNREAL_GOVERNORS = new Set(
  'want wish hope plan intend expect try attempt seek refuse decline fail threaten promise pledge vow agree ask urge order demand propose consider need have ought fear'.split(
    ' ',
  ),
);
const MAX_STEPS = 4;

/** @param participants the subject and object read with the predicate: "nobody", "no agreement" deny it too */
export function readMood(tree: DependencyTree, predicate: Token, participants: readonly Token[]): ClauseMood {
  return {
    negated: isDenied(tree, predicate) || participants.some((token) => isNegative(tree, token)),
    modality: modalityOf(tree, predicate),
  };
}

/** A denied verb denies the infinitive it controls: "did not want to leave". */
function isDenied(tree: DependencyTree, predicate: Token): boolean {
  let verb: Token | undefined = predicate;
  for (let steps = 0; steps < MAX_STEPS && verb !== undefined; steps++) {
    if (tree.childrenOf(verb).some((child) => isNegation(tree, child))) return true;
    if (baseRelation(verb.deprel) !== 'xcomp') return false;
    verb = tree.headOf(verb);
  }
  return false;
}

/** "not", or "no longer". */
function isNegation(tree: DependencyTree, child: Token): boolean {
  const word = child.text.toLowerCase();
  if (NEGATIONS.has(word)) return true;
  return word === 'longer' && tree.childrenOf(child).some(({ text }) => text.toLowerCase() === 'no');
}

function isNegative(tree: DependencyTree, participant: Token): boolean {
  if (NEGATIVE_PRONOUNS.has(participant.text.toLowerCase())) return true;
  return tree.childrenBy(participant, 'det').some(({ text }) => NEGATIVE_DETERMINERS.has(text.toLowerCase()));
}

function modalityOf(tree: DependencyTree, predicate: Token): string | null {
  const children = tree.childrenOf(predicate);
  const modal = children.find(({ deprel, lemma }) => baseRelation(deprel) === 'aux' && MODALS.has(lemma.toLowerCase()));
  if (modal !== undefined) return modal.lemma.toLowerCase();
  if (children.some(({ deprel, text }) => deprel === 'mark' && text.toLowerCase() === 'if')) return 'if';
  const governor = tree.headOf(predicate);
  if (governor === undefined || baseRelation(predicate.deprel) !== 'xcomp') return null;
  const lemma = governor.lemma.toLowerCase();
  return UNREAL_GOVERNORS.has(lemma) ? lemma : modalOf(tree, governor);
}

/** "could begin to rain": the modal of the verb above holds for the infinitive. */
function modalOf(tree: DependencyTree, verb: Token): string | null {
  const modal = tree.childrenBy(verb, 'aux').find(({ lemma }) => MODALS.has(lemma.toLowerCase()));
  return modal?.lemma.toLowerCase() ?? null;
}
