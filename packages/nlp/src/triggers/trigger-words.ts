import type { Entity, Sentence, Token } from '../document.ts';
import type { LexiconEntry, WordLexicon } from '../entities/names/word-lexicon.ts';

/** A word with what its features ask of it again and again. */
export interface TriggerWord {
  readonly token: Token;
  readonly lemma: string;
  readonly lower: string;
  /** In order; heads out of range have no children. */
  readonly children: readonly Token[];
  /** Type of the entity that covers it; empty for none. */
  readonly entityType: string;
  /** What unlabelled text tells of its form and of its lemma. */
  readonly formEntry: LexiconEntry;
  readonly lemmaEntry: LexiconEntry;
  /** Whether it is listed as a noun that tells of an event. */
  readonly isListed: boolean;
  readonly surroundings: SentenceShape;
}

/** Headlines are not written as sentences are. */
interface SentenceShape {
  /** Quarters of the words that are capitalised. */
  readonly capitals: number;
  readonly endsInPunctuation: boolean;
  readonly length: number;
}

const LENGTH_STEP = 8;
const MAX_LENGTH_STEPS = 5;

/** The words of a sentence. `entities` are those that meet it, in order. */
export function triggerWords(
  { tokens }: Sentence,
  entities: readonly Entity[],
  lexicon: WordLexicon,
  eventNouns: ReadonlySet<string>,
): TriggerWord[] {
  const children: Token[][] = tokens.map(() => []);
  for (const token of tokens) if (token.head !== token.index) children[token.head]?.push(token);
  const surroundings = shapeOf(tokens);
  return tokens.map((token, i) => {
    const lemma = token.lemma.toLowerCase();
    const lower = token.text.toLowerCase();
    return {
      token,
      lemma,
      lower,
      children: children[i]!,
      entityType: entities.find(({ start, end }) => start <= token.start && token.end <= end)?.type ?? '',
      formEntry: lexicon.find(lower),
      lemmaEntry: lexicon.find(lemma),
      isListed: eventNouns.has(lemma) || eventNouns.has(lower),
      surroundings,
    };
  });
}

function shapeOf(tokens: readonly Token[]): SentenceShape {
  const capitalised = tokens.filter(({ text }) => /^\p{Lu}/u.test(text)).length;
  return {
    capitals: Math.round((4 * capitalised) / tokens.length),
    endsInPunctuation: tokens.at(-1)?.upos === 'PUNCT',
    length: Math.min(MAX_LENGTH_STEPS, Math.floor(tokens.length / LENGTH_STEP)),
  };
}
