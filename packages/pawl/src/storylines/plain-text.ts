const ANSI_SEQUENCE = new RegExp(
  `${String.fromCharCode(27)}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}]*${String.fromCharCode(7)})`,
  'g',
);

/** Text on one line: no control characters or escape sequences, nothing invisible, and at most so many characters. */
export function plainText(text: string, maxCharacters: number): string {
  const line = text
    .replaceAll(ANSI_SEQUENCE, '')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .trim();
  if (line.length <= maxCharacters) return line;
  return `${line.slice(0, maxCharacters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
