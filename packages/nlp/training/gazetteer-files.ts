import { readFileSync } from 'node:fs';
import { kindBit, PHRASE_KINDS } from '../src/entities/names/gazetteer.ts';

/** The ways treebanks and corpora split a listed phrase into tokens: hyphens and clitic `'s` apart, or not. */
function tokenizations(phrase: string): string[] {
  const clitics = phrase.replaceAll(/(\w)('s)\b/g, '$1 $2');
  const hyphens = clitics.replaceAll(/(\w)-(?=\w)/g, '$1 - ');
  return [...new Set([phrase, clitics, hyphens])];
}

/** Reads the hand-written lists of `training/gazetteers/`, one file a kind, phrases between commas: phrase to kind mask. */
export function readGazetteerFiles(): Map<string, number> {
  const phrases = new Map<string, number>();
  for (const kind of PHRASE_KINDS) {
    const content = readFileSync(new URL(`gazetteers/${kind}.txt`, import.meta.url), 'utf8');
    for (const listed of content.split(/, |\n/)) {
      const phrase = listed.trim().toLowerCase();
      if (phrase === '') continue;
      for (const tokens of tokenizations(phrase)) phrases.set(tokens, (phrases.get(tokens) ?? 0) | kindBit(kind));
    }
  }
  return phrases;
}
