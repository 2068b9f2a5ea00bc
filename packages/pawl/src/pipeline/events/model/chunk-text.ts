import type { Range, TextOutline } from '../text-outline.ts';
import { estimateTokens } from './estimate-tokens.ts';

/** A part of a text that is asked about at once, with some of its neighbours' sentences around what is its own. */
export interface Chunk extends Range {
  /** What this chunk answers for; the own ranges of all chunks are the text, each unit once. */
  readonly own: Range;
}

/** Sentences that a chunk shares with the next one; half of them belong to each. */
const OVERLAP_UNITS = 2;
/** Of the chunk's tokens, so that the shared part of a chunk never is the greater one. */
const MAX_UNIT_SHARE = 1 / 6;

/** A text cut into units that are never divided further: its sentences, with the space after each; endless ones in pieces. */
export class TextUnits {
  readonly text: string;
  /** Where units begin, and the end of the text: from 0, growing. */
  readonly #bounds: readonly number[];

  constructor(text: string, { sentences }: Pick<TextOutline, 'sentences'>, maxChunkTokens: number) {
    this.text = text;
    const maxUnitTokens = Math.max(1, Math.floor(maxChunkTokens * MAX_UNIT_SHARE));
    const starts = sentences.map(({ start }) => start).filter((start) => start > 0);
    const bounds = [0];
    for (const end of [...starts, text.length]) {
      bounds.push(...cutsWithin(text, bounds.at(-1)!, end, maxUnitTokens), end);
    }
    this.#bounds = bounds;
  }

  /** The text in chunks of about equal size, none of more than `maxTokens`, but for a character that alone has more. */
  chunks(maxTokens: number): Chunk[] {
    const tokens = this.#tokensOfUnits();
    const total = tokens.reduce((sum, one) => sum + one, 0);
    const limit = Math.min(maxTokens, Math.ceil((total / Math.ceil(total / maxTokens)) * 1.1));
    const chunks: Chunk[] = [];
    let ownFirst = 0;
    let end = 0;
    for (let first = 0; ; ) {
      end = this.#fill(tokens, first, end, limit);
      const isLast = end === tokens.length;
      const ownEnd = isLast ? end : Math.max(ownFirst + 1, end - OVERLAP_UNITS / 2);
      chunks.push(this.#chunk(first, end, ownFirst, ownEnd));
      if (isLast) return chunks;
      ownFirst = ownEnd;
      first = Math.min(ownFirst, Math.max(first + 1, end - OVERLAP_UNITS));
    }
  }

  /** The own part of a chunk in two; null when it is a single unit. */
  halves({ own }: Chunk): readonly [Chunk, Chunk] | null {
    const inner = this.#bounds.filter((bound) => own.start < bound && bound < own.end);
    if (inner.length === 0) return null;
    const centre = (own.start + own.end) / 2;
    const middle = inner.reduce((best, bound) => (Math.abs(bound - centre) < Math.abs(best - centre) ? bound : best));
    const part = (start: number, end: number): Chunk => ({ start, end, own: { start, end } });
    return [part(own.start, middle), part(middle, own.end)];
  }

  /** End of the chunk that begins with unit `first`: as many units as fit, at least one beyond the chunk before. */
  #fill(tokens: readonly number[], first: number, before: number, limit: number): number {
    let sum = 0;
    let end = first;
    while (end < tokens.length && (end <= before || sum + tokens[end]! <= limit)) sum += tokens[end++]!;
    return end;
  }

  #tokensOfUnits(): number[] {
    return this.#bounds.slice(1).map((end, i) => estimateTokens(this.text.slice(this.#bounds[i], end)));
  }

  #chunk(first: number, end: number, ownFirst: number, ownEnd: number): Chunk {
    const at = (unit: number) => this.#bounds[unit]!;
    return { start: at(first), end: at(end), own: { start: at(ownFirst), end: at(ownEnd) } };
  }
}

/** Places inside a stretch that is too long to be one unit: after white space, else between characters. */
function cutsWithin(text: string, start: number, end: number, maxTokens: number): number[] {
  if (estimateTokens(text.slice(start, end)) <= maxTokens) return [];
  const cuts: number[] = [];
  let from = start;
  while (end - from > maxTokens) {
    const window = text.slice(from, from + maxTokens);
    const space = window.search(/\s\S*$/);
    const cut = space > 0 ? from + space + 1 : characterEnd(text, from + maxTokens);
    if (cut >= end) break;
    cuts.push(cut);
    from = cut;
  }
  return cuts;
}

/** The position itself, or the one after it where it would cut a character in two. */
function characterEnd(text: string, position: number): number {
  const isInside = /[\uD800-\uDBFF]/.test(text.charAt(position - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(position));
  return isInside ? position + 1 : position;
}
