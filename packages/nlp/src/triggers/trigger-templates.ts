import { ATTRIBUTES, type Attribute } from './trigger-attributes.ts';

/** Where a feature looks, seen from the word in question. */
export const POSITIONS = ['own', 'head', 'child', 'previous', 'next', 'beforePrevious', 'afterNext'] as const;
export type Position = (typeof POSITIONS)[number];

/** One kind of feature: the attributes it joins. */
export interface Template {
  readonly parts: readonly { readonly position: number; readonly attribute: number }[];
  /** As it is written below. */
  readonly name: string;
}

/** Templates that look at the word, its head and its neighbours; an attribute without a position is the word's own. */
const WORD_TEMPLATES = `
lemma | form | upos | xpos | deprel | entity | upos relation | shape place | frame
prefix4 | prefix5 | suffix2 | suffix3 | suffix4 | suffix5
upos suffix2 | upos suffix3 | upos suffix4 | upos suffix5
head.lemma | head.upos | relation head.lemma | upos relation head.upos | upos relation head.relation | upos relation head.frame
previous.lemma | next.lemma | previous.upos | next.upos | previous.upos upos | upos next.upos
beforePrevious.upos previous.upos upos | upos next.upos afterNext.upos | previous.lemma lemma | lemma next.lemma
upos case | upos determiner | upos arity
listed upos | listed upos relation | upos relation head.listed
cluster | coarseCluster | lemmaCluster | upos coarseCluster | upos casing | upos lemmaCluster | relation lemmaCoarse
relation head.lemmaCluster | previous.lemmaCoarse | next.lemmaCoarse
upos capitals | upos ending | upos length`;

/** Templates that are filled once for each child. */
const CHILD_TEMPLATES = `
upos child.relation | upos child.deprel | child.relation child.lemma | lemmaCoarse child.relation
upos child.relation child.case | upos child.relation child.entity`;

export const wordTemplates: readonly Template[] = readTemplates(WORD_TEMPLATES);
export const childTemplates: readonly Template[] = readTemplates(CHILD_TEMPLATES);
export const attributeNames = Object.keys(ATTRIBUTES) as readonly Attribute[];

function readTemplates(lines: string): Template[] {
  const names = lines.split(/[|\n]/).map((name) => name.trim());
  return names.filter((name) => name !== '').map((name) => ({ name, parts: name.split(' ').map(readPart) }));
}

function readPart(part: string): Template['parts'][number] {
  const [position, attribute] = part.includes('.') ? part.split('.') : ['own', part];
  return {
    position: POSITIONS.indexOf(position as Position),
    attribute: (Object.keys(ATTRIBUTES) as Attribute[]).indexOf(attribute as Attribute),
  };
}
