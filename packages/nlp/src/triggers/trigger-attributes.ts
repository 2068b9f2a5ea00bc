import type { Token } from '../document.ts';
import type { TriggerWord } from './trigger-words.ts';

/** What a feature can ask of a word, as text: hashed for the classifier, shown in an explanation. */
export const ATTRIBUTES = {
  lemma: ({ lemma }) => lemma,
  form: ({ lower }) => lower,
  upos: ({ token }) => token.upos,
  xpos: ({ token }) => token.xpos,
  relation: ({ token }) => baseRelation(token),
  deprel: ({ token }) => token.deprel,
  entity: ({ entityType }) => entityType,
  shape: ({ token }) => shapeOf(token.text),
  place: ({ token }) => (token.index === 0 ? 'first' : 'later'),
  prefix4: ({ lower }) => lower.slice(0, 4),
  prefix5: ({ lower }) => lower.slice(0, 5),
  suffix2: ({ lower }) => lower.slice(-2),
  suffix3: ({ lower }) => lower.slice(-3),
  suffix4: ({ lower }) => lower.slice(-4),
  suffix5: ({ lower }) => lower.slice(-5),
  /** Preposition and determiner of a noun. */
  case: ({ children }) => childLemma(children, 'case'),
  determiner: ({ children }) => childLemma(children, 'det'),
  arity: ({ children }) => String(Math.min(3, children.length)),
  /** Which of the main relations its children have. */
  frame: ({ children }) =>
    FRAME_RELATIONS.filter((name) => children.some((child) => baseRelation(child) === name)).join(),
  listed: ({ isListed }) => (isListed ? 'event noun' : ''),
  cluster: ({ formEntry }) => String(formEntry.cluster),
  coarseCluster: ({ formEntry }) => String(formEntry.coarseCluster),
  casing: ({ formEntry }) => String(formEntry.casing),
  lemmaCluster: ({ lemmaEntry }) => String(lemmaEntry.cluster),
  lemmaCoarse: ({ lemmaEntry }) => String(lemmaEntry.coarseCluster),
  capitals: ({ surroundings }) => String(surroundings.capitals),
  ending: ({ surroundings }) => (surroundings.endsInPunctuation ? 'punctuation' : 'none'),
  length: ({ surroundings }) => String(surroundings.length),
} as const satisfies Readonly<Record<string, (word: TriggerWord) => string>>;

export type Attribute = keyof typeof ATTRIBUTES;

const FRAME_RELATIONS = ['nsubj', 'obj', 'obl', 'cop', 'case', 'compound'];

function baseRelation({ deprel }: Token): string {
  const colon = deprel.indexOf(':');
  return colon < 0 ? deprel : deprel.slice(0, colon);
}

function childLemma(children: readonly Token[], relation: string): string {
  return children.find((child) => baseRelation(child) === relation)?.lemma.toLowerCase() ?? '';
}

function shapeOf(text: string): string {
  if (/^\p{Lu}+$/u.test(text)) return 'AA';
  if (/^\p{Lu}/u.test(text)) return 'Aa';
  return /^\d/.test(text) ? '9' : 'a';
}
