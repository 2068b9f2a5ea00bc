import type { NameType } from './biluo.ts';
import type { TaggedName } from './tagged-name.ts';

/** A type wins over a mention's own when its votes exceed the own type's so many times. */
const RELABEL_RATIO = 1.5;
/** Votes that a wording needs before its unmarked mentions are taken for names. */
const MIN_VOTE_TO_ADD = 0.9;
const MAX_ADDED_TOKENS = 5;
const MIN_ADDED_UNITS = 3;
/** What an added mention's confidence keeps of the vote. */
const ADDED_TRUST = 0.8;

type Votes = Map<NameType, number>;

const isUpper = (word: string): boolean => /^\p{Lu}/u.test(word);

/** How often, weighted by confidence, each wording was found as each type. */
function collectVotes(
  sentences: readonly (readonly string[])[],
  names: readonly (readonly TaggedName[])[],
): Map<string, Votes> {
  const votes = new Map<string, Votes>();
  const vote = (wording: string, type: NameType, weight: number): void => {
    const counts = votes.get(wording) ?? new Map<NameType, number>();
    votes.set(wording, counts.set(type, (counts.get(type) ?? 0) + weight));
  };
  names.forEach((found, s) => {
    for (const { first, last, type, confidence } of found) {
      vote(sentences[s]!.slice(first, last + 1).join(' '), type, confidence);
    }
  });
  return votes;
}

function strongest(votes: Votes): { type: NameType; weight: number } {
  const [type, weight] = [...votes].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { type, weight };
}

function relabel(words: readonly string[], name: TaggedName, votes: ReadonlyMap<string, Votes>): TaggedName {
  const counts = votes.get(words.slice(name.first, name.last + 1).join(' '))!;
  const { type, weight } = strongest(counts);
  return weight > RELABEL_RATIO * (counts.get(name.type) ?? 0) ? { ...name, type } : name;
}

/** The longest voted wording that starts at a token and meets no name found already. */
function findMention(
  words: readonly string[],
  first: number,
  end: number,
  votes: ReadonlyMap<string, Votes>,
): TaggedName | undefined {
  for (let length = Math.min(MAX_ADDED_TOKENS, end - first); length > 0; length--) {
    const wording = words.slice(first, first + length).join(' ');
    const counts = wording.length < MIN_ADDED_UNITS ? undefined : votes.get(wording);
    if (counts === undefined) continue;
    const { type, weight } = strongest(counts);
    if (type === 'MISC' || weight < MIN_VOTE_TO_ADD) continue;
    return { first, last: first + length - 1, type, confidence: ADDED_TRUST * Math.min(1, weight) };
  }
  return undefined;
}

function addMentions(
  words: readonly string[],
  names: readonly TaggedName[],
  votes: ReadonlyMap<string, Votes>,
): TaggedName[] {
  const result: TaggedName[] = [];
  let next = 0;
  for (let i = 0; i < words.length; i++) {
    const known = names[next];
    if (known !== undefined && known.first === i) {
      result.push(known);
      i = known.last;
      next++;
      continue;
    }
    const mention = isUpper(words[i]!) ? findMention(words, i, known?.first ?? words.length, votes) : undefined;
    if (mention === undefined) continue;
    result.push(mention);
    i = mention.last;
  }
  return result;
}

/**
 * Makes the mentions of a document agree: the same wording is mostly the same name ("one sense per discourse", Gale et al.
 * 1992). Doubtful types give way to the document's majority, and capitalised mentions that were missed are added.
 * @param names the names of each sentence, in order and without overlap; so is the result.
 */
export function agreeWithinDocument(
  sentences: readonly (readonly string[])[],
  names: readonly (readonly TaggedName[])[],
): TaggedName[][] {
  const votes = collectVotes(sentences, names);
  if (votes.size === 0) return names.map(() => []);
  return sentences.map((words, s) => addMentions(words, names[s]!, votes).map((name) => relabel(words, name, votes)));
}
