import type { Span } from '../../domain/result.ts';

/**
 * Mends a span of a service that counts otherwise than in UTF-16 units (bytes, code points), or whose text was
 * changed on the way: the span moves to the occurrence of its words nearest to where it was said to be.
 * @returns null when the text does not say those words anywhere
 */
export function relocateSpan<T extends Span>(text: string, span: T): T | null {
  if (text.slice(span.start_char, span.end_char) === span.text) return span;
  const before = text.lastIndexOf(span.text, span.start_char);
  const after = text.indexOf(span.text, span.start_char);
  const start = nearest(before, after, span.start_char);
  return start < 0 ? null : { ...span, start_char: start, end_char: start + span.text.length };
}

function nearest(before: number, after: number, position: number): number {
  if (before < 0 || after < 0) return Math.max(before, after);
  return position - before <= after - position ? before : after;
}
