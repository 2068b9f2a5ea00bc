/** Something found in a text, from `start` to `end` (exclusive), in UTF-16 units. Marks may overlap in any way. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

/** A stretch of text that the same marks cover throughout, in the order in which they were given. */
export interface Segment<M extends Mark> {
  readonly start: number;
  readonly end: number;
  readonly marks: readonly M[];
}

/**
 * Cuts a text of `length` units into the fewest segments that each have one set of marks; joined they are the text. What lies outside
 * the text is cut off, empty marks are left out.
 */
export function segmentText<M extends Mark>(length: number, marks: readonly M[]): Segment<M>[] {
  const within = marks
    .map((mark, order) => ({ mark, order, start: Math.max(0, mark.start), end: Math.min(length, mark.end) }))
    .filter(({ start, end }) => start < end);
  const bounds = new Set([0, length]);
  for (const { start, end } of within) bounds.add(start).add(end);
  const cuts = [...bounds].sort((a, b) => a - b);
  const byStart = [...within].sort((a, b) => a.start - b.start);
  let next = 0;
  let covering: typeof within = [];
  return cuts.slice(0, -1).map((start, i) => {
    covering = covering.filter(({ end }) => end > start);
    for (let begun = byStart[next]; begun !== undefined && begun.start <= start; begun = byStart[++next]) {
      covering.push(begun);
    }
    const ordered = [...covering].sort((a, b) => a.order - b.order);
    return { start, end: cuts[i + 1]!, marks: ordered.map(({ mark }) => mark) };
  });
}
