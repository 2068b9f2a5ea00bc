/** Characters of a token, about, in most languages and vocabularies. */
const CHARS_PER_TOKEN = 4;

/** Tokens of texts, about. */
export function guessTokens(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0) / CHARS_PER_TOKEN;
}
