/**
 * Tokens of a text for any model, on the high side: a token for every three bytes of UTF-8. Tokenizers of today's models
 * take 4 to 5 bytes of English a token and about 3 of Chinese; an exact count would need each model's own vocabulary.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}
