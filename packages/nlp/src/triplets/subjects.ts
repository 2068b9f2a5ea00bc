import { baseRelation, type DependencyTree } from '../dependency-tree.ts';
import type { Token } from '../document.ts';

/** Who acts in a clause, and how surely the tree says so. */
export interface SubjectReading {
  readonly subjects: readonly Token[];
  /** The subject undergoes the action: `the law was passed`. */
  readonly passive: boolean;
  /** How the subject was found. */
  readonly source: 'own' | 'relative' | 'conjoined' | 'controlled' | 'modifier' | 'adverbial';
}

const MAX_STEPS = 12;
const RELATIVIZERS = new Set(['who', 'which', 'that', 'whom']);

export const isRelativizer = (token: Token): boolean => RELATIVIZERS.has(token.text.toLowerCase());

const isPassiveVerb = (tree: DependencyTree, verb: Token): boolean =>
  tree
    .childrenOf(verb)
    .some((child) => child.deprel === 'aux:pass' || child.deprel.endsWith(':pass') || child.deprel === 'obl:agent');

/** The noun that an adnominal clause modifies, itself never a pronoun of that clause. */
function antecedent(tree: DependencyTree, predicate: Token): Token[] {
  const head = tree.headOf(predicate);
  return head === undefined ? [] : [head];
}

function ownReading(tree: DependencyTree, predicate: Token): SubjectReading | undefined {
  const subject = tree.childrenBy(predicate, 'nsubj')[0];
  if (subject === undefined) return undefined;
  const passive = subject.deprel === 'nsubj:pass' || isPassiveVerb(tree, predicate);
  if (isRelativizer(subject) && predicate.deprel === 'acl:relcl') {
    return { subjects: antecedent(tree, predicate), passive, source: 'relative' };
  }
  return { subjects: tree.withConjuncts(subject), passive, source: 'own' };
}

/** Reads the subject off the clause above: `he came and [he] saw`, `he wants [him] to go`, `[he] singing, he left`. */
function inheritedReading(tree: DependencyTree, predicate: Token, steps: number): SubjectReading | undefined {
  const head = tree.headOf(predicate);
  if (head === undefined || steps >= MAX_STEPS) return undefined;
  const passive = isPassiveVerb(tree, predicate);
  switch (baseRelation(predicate.deprel)) {
    case 'conj':
      return reread(readSubjects(tree, head, steps + 1), passive, 'conjoined');
    case 'xcomp': {
      const controller = tree.childrenBy(head, 'obj', 'iobj')[0];
      if (controller !== undefined) return { subjects: tree.withConjuncts(controller), passive, source: 'controlled' };
      return reread(readSubjects(tree, head, steps + 1), passive, 'controlled');
    }
    case 'advcl':
      return tree.childrenBy(predicate, 'mark').length > 0 && !isParticiple(predicate)
        ? undefined
        : reread(readSubjects(tree, head, steps + 1), passive || predicate.xpos === 'VBN', 'adverbial');
    case 'acl':
      if (predicate.deprel === 'acl:relcl' || !isParticiple(predicate)) return undefined;
      return { subjects: [head], passive: predicate.xpos === 'VBN', source: 'modifier' };
    default:
      return undefined;
  }
}

const isParticiple = (token: Token): boolean => token.xpos === 'VBG' || token.xpos === 'VBN';

function reread(
  reading: SubjectReading | undefined,
  passive: boolean,
  source: SubjectReading['source'],
): SubjectReading | undefined {
  return reading && { subjects: reading.subjects, passive, source };
}

/** Finds the subjects of a predicate, its own or those it shares with the clause it belongs to. */
export function readSubjects(tree: DependencyTree, predicate: Token, steps = 0): SubjectReading | undefined {
  return ownReading(tree, predicate) ?? inheritedReading(tree, predicate, steps);
}
