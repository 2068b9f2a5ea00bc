import type { DependencyTree } from '../dependency-tree.ts';
import type { Token } from '../document.ts';
import { isRelativizer } from './subjects.ts';

/** What an action is about: a direct object, who did it (in a passive), the object of a preposition, or a whole clause. */
export interface ObjectReading {
  readonly kind: 'direct' | 'agent' | 'prepositional' | 'clausal';
  readonly head: Token;
}

const TIME_WORDS = new Set(
  `monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
  october november december today yesterday tomorrow tonight morning afternoon evening night day week weekend month year
  decade century hour minute second time moment`.split(/\s+/),
);

/** Times answer "when", not "what". */
const isTime = (token: Token): boolean => {
  const word = token.text.toLowerCase();
  return TIME_WORDS.has(word) || TIME_WORDS.has(word.replace(/s$/, '')) || /^\d{4}$/.test(word);
};

const hasPreposition = (tree: DependencyTree, token: Token): boolean => tree.childrenBy(token, 'case').length > 0;

/** The agent of a passive: `by the court`. */
const isAgent = (tree: DependencyTree, oblique: Token): boolean =>
  oblique.deprel === 'obl:agent' || tree.childrenBy(oblique, 'case').some((child) => child.text.toLowerCase() === 'by');

/** The objects of a verb; a relative clause without one of its own takes the noun it modifies. */
export function readObjects(tree: DependencyTree, verb: Token, passive: boolean): ObjectReading[] {
  const direct = tree.childrenBy(verb, 'obj').map((object) => relativeTarget(tree, verb, object));
  const prepositional = tree
    .childrenBy(verb, 'obl')
    .filter((child) => hasPreposition(tree, child) && !isTime(child) && !isRelativizer(child));
  const clausal = tree.childrenBy(verb, 'ccomp');
  if (direct.length === 0 && isReducedRelative(tree, verb, passive)) direct.push(tree.headOf(verb)!);
  return [
    ...direct.flatMap((object) => tree.withConjuncts(object)).map((head) => ({ kind: 'direct' as const, head })),
    ...prepositional.flatMap((oblique) => {
      const kind = passive && isAgent(tree, oblique) ? ('agent' as const) : ('prepositional' as const);
      return tree.withConjuncts(oblique).map((head) => ({ kind, head }));
    }),
    ...clausal.map((head) => ({ kind: 'clausal' as const, head })),
  ];
}

/** `which` in `the car which he drove` stands for the car. */
function relativeTarget(tree: DependencyTree, verb: Token, object: Token): Token {
  return isRelativizer(object) && verb.deprel === 'acl:relcl' ? (tree.headOf(verb) ?? object) : object;
}

/** `the man I saw`: the clause has a subject of its own, no object, and nothing else the noun could be. */
function isReducedRelative(tree: DependencyTree, verb: Token, passive: boolean): boolean {
  if (verb.deprel !== 'acl:relcl' || passive || tree.headOf(verb) === undefined) return false;
  const subject = tree.childrenBy(verb, 'nsubj')[0];
  if (subject === undefined || isRelativizer(subject)) return false;
  return tree.childrenBy(verb, 'ccomp', 'xcomp', 'cop').length === 0 && !tree.childrenOf(verb).some(isWhAdverb);
}

const isWhAdverb = (token: Token): boolean => /^(?:where|when|why|how|whose)$/i.test(token.text);
