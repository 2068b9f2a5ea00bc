import type { ConlluSentence } from '../src/conllu/conllu.ts';
import { type AlignedPair, alignWords, type CharSpan, type ScoredWord, toScoredFile } from './aligned-words.ts';

/** F1 scores in percent. */
export interface ParseScores {
  readonly tokens: number;
  readonly sentences: number;
  readonly words: number;
  readonly upos: number;
  readonly xpos: number;
  readonly feats: number;
  readonly lemmas: number;
  readonly uas: number;
  readonly las: number;
}

/**
 * The CoNLL 2018 shared task metric (universaldependencies.org/conll18/evaluation.html). Both sides must hold the same
 * text, white space apart; labels are compared without subtypes.
 * @throws {Error} when the texts differ, naming the place.
 */
export function scoreParse(gold: readonly ConlluSentence[], system: readonly ConlluSentence[]): ParseScores {
  const goldFile = toScoredFile(gold);
  const systemFile = toScoredFile(system);
  requireSameText(goldFile.characters, systemFile.characters);
  const pairs = alignWords(goldFile.words, systemFile.words);
  const total = goldFile.words.length + systemFile.words.length;
  const score = (isRight: (pair: AlignedPair) => boolean): number => f1(pairs.filter(isRight).length, total);
  const partner = new Map<ScoredWord, ScoredWord>(pairs.map((pair) => [pair.system, pair.gold]));
  const headIsRight = ({ gold: word, system: found }: AlignedPair): boolean =>
    found.parent === undefined
      ? word.parent === undefined
      : partner.get(found.parent) === word.parent && word.parent !== undefined;
  return {
    tokens: spanF1(goldFile.tokens, systemFile.tokens),
    sentences: spanF1(goldFile.sentences, systemFile.sentences),
    words: score(() => true),
    upos: score((pair) => pair.gold.word.upos === pair.system.word.upos),
    xpos: score((pair) => pair.gold.word.xpos === pair.system.word.xpos),
    feats: score((pair) => pair.gold.word.feats === pair.system.word.feats),
    lemmas: score((pair) => pair.gold.word.lemma === '_' || pair.gold.word.lemma === pair.system.word.lemma),
    uas: score(headIsRight),
    las: score((pair) => headIsRight(pair) && universal(pair.gold) === universal(pair.system)),
  };
}

const universal = ({ word }: ScoredWord): string | undefined => word.deprel.split(':')[0];

function f1(correct: number, total: number): number {
  return total === 0 ? 100 : Math.round((20_000 * correct) / total) / 100;
}

function spanF1(gold: readonly CharSpan[], system: readonly CharSpan[]): number {
  const known = new Set(gold.map(({ start, end }) => `${start}-${end}`));
  const correct = system.filter(({ start, end }) => known.has(`${start}-${end}`)).length;
  return f1(correct, gold.length + system.length);
}

function requireSameText(gold: string, system: string): void {
  if (gold === system) return;
  let at = 0;
  while (gold[at] === system[at]) at++;
  const near = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 10), at + 20));
  throw new Error(`The texts differ at character ${at}: ${near(gold)} in the file, ${near(system)} found.`);
}
