/** Endings are told apart up to this length. */
const MAX_ENDING = 6;
/** Stand between the tags and what is known of the word: its cased form, its lower-cased form, an ending. */
const CASED = ' =';
const WORD = ' ^';
const ENDING = ' -';

/** The keys under which a word's lemma rule may be listed, the most telling first. */
export function lemmaKeys(form: string, upos: string, xpos: string): string[] {
  const tags = `${upos} ${xpos}`;
  const word = form.toLowerCase();
  const keys = [tags + CASED + form, tags + WORD + word];
  for (let n = Math.min(MAX_ENDING, word.length); n >= 0; n--) keys.push(tags + ENDING + word.slice(word.length - n));
  return keys;
}

/** Whether a key of {@link lemmaKeys} names a whole word. */
export function isWholeWord(key: string): boolean {
  const [, , word = ''] = key.split(' ', 3);
  return !word.startsWith(ENDING.trim());
}
