import { readWords } from '../src/storylines/words.ts';

/** Long texts would make every word seem common. */
const MAX_TEXT = 4_000;
const MIN_DOCUMENTS = 2;

/** In how many documents each stem stands. @param lines JSON lines with `cleaned_text` */
export function countWords(lines: string): { documents: number; counts: Record<string, number> } {
  const counts = new Map<string, number>();
  let documents = 0;
  for (const line of lines.split('\n')) {
    if (line.trim() === '') continue;
    const { cleaned_text: text } = JSON.parse(line) as { cleaned_text: string };
    documents += 1;
    for (const stem of new Set(readWords(text.slice(0, MAX_TEXT)).map((word) => word.stem))) {
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  const kept = [...counts].filter(([, count]) => count >= MIN_DOCUMENTS).sort(([a], [b]) => (a < b ? -1 : 1));
  return { documents, counts: Object.fromEntries(kept) };
}
