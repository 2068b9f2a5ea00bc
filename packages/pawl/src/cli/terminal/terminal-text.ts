// Ids, messages and paths come from documents and services: printed raw, they could move the cursor, recolour or retitle
// the terminal, or reorder what is read (https://cwe.mitre.org/data/definitions/150.html). Nothing untrusted is printed
// except through this file.

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** C0 and C1 controls, DEL, line separators, bidirectional controls, lone surrogates. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

/** `text` on one line, with everything that would steer a terminal written out (`\n`, `\x1b`, `\u202e`). */
export function terminalText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return shown.replaceAll(UNPRINTABLE, (character) => NAMED[character] ?? escapeOf(character.charCodeAt(0)));
}

function escapeOf(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
