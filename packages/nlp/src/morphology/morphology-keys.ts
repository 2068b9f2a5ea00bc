/** What morphology reads of a word; `head` as in `Token`. */
export interface TaggedWord {
  readonly text: string;
  readonly upos: string;
  readonly xpos: string;
  readonly head: number;
  readonly deprel: string;
}

/** Where each word of a sentence stands, as far as morphology cares. */
export function placesOf(words: readonly TaggedWord[]): string[] {
  const clauses = describeClauses(words);
  return words.map((_, i) => placeOf(words, i, clauses));
}

/**
 * The keys under which a word's features may be listed, the most telling first: tags with place and word, tags and word,
 * tags and place, tags.
 */
export function morphologyKeys({ text, upos, xpos }: TaggedWord, place: string): readonly string[] {
  const tags = `${upos} ${xpos}`;
  const form = text.toLowerCase();
  return [`${tags} ${place} ${form}`, `${tags}  ${form}`, `${tags} ${place}`, tags];
}

/** For each word, what its dependents say about it as a verb. */
interface Clauses {
  /** A pronoun as such, another subject by its XPOS tag; empty when there is none. */
  readonly subjects: readonly string[];
  /** Whether it has an auxiliary, and whether one of the passive. */
  readonly voices: readonly string[];
}

function describeClauses(words: readonly TaggedWord[]): Clauses {
  const subjects = words.map(() => '');
  const voices = words.map(() => '');
  for (const word of words) {
    if (word.head < 0) continue;
    if (word.deprel.startsWith('nsubj') || word.deprel === 'expl') subjects[word.head] = subjectSign(word);
    if (word.deprel === 'aux:pass') voices[word.head] = 'passive';
    else if (word.deprel === 'aux' && voices[word.head] === '') voices[word.head] = 'aux';
  }
  return { subjects, voices };
}

const subjectSign = ({ text, upos, xpos }: TaggedWord): string => (upos === 'PRON' ? text.toLowerCase() : xpos);

/** How a word stands: a pronoun by its relation; a verb by voice or relation and subject; an auxiliary by its verb's subject. */
function placeOf(words: readonly TaggedWord[], i: number, { subjects, voices }: Clauses): string {
  const { upos, head, deprel } = words[i]!;
  const relation = deprel.split(':')[0]!;
  if (upos === 'PRON') return relation;
  if (upos === 'VERB') return `${voices[i] || relation}/${subjects[i]}`;
  return upos === 'AUX' ? `${relation}/${subjects[i] || subjects[head] || ''}` : '';
}
