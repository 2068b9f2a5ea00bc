const GAP = '  ';
/** Would move the cursor, recolour the terminal or reorder what is read. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Rows as lines with aligned columns, whatever the cells hold. */
export function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of shown) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
    });
  }
  const lines = shown.map((row) =>
    row.map((cell, column) => cell + ' '.repeat(widths[column]! - [...cell].length)).join(GAP),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function printable(text: string): string {
  return text
    .replaceAll(/[\t\n\r ]+/g, ' ')
    .replaceAll(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
