/** A word of a sentence as a dependency tree needs it. */
export interface TreeWord {
  readonly text: string;
  /** Position of the head in the sentence; -1 for the root. */
  readonly head: number;
  readonly deprel: string;
}

/** Where a word stands: `left` is its left edge, `center` the middle of its text. */
export interface PlacedWord {
  readonly left: number;
  readonly center: number;
  readonly width: number;
}

/** An arc from a head to its dependent. It is drawn above the words, `level` storeys high, from 1. */
export interface Arc {
  readonly head: number;
  readonly dependent: number;
  readonly deprel: string;
  readonly level: number;
}

export interface ArcLayout {
  readonly words: readonly PlacedWord[];
  readonly arcs: readonly Arc[];
  readonly root: number | null;
  readonly width: number;
  /** Storeys needed by the highest arc. */
  readonly levels: number;
}

const WORD_GAP = 22;
const MARGIN = 12;

/**
 * Places the words of a sentence in a row and gives each arc the lowest level above all arcs that it spans. So nested arcs never
 * touch; crossing ones (the tree may be non-projective) cross once.
 * @param widthOf the width of a text as it will be drawn, in pixels
 */
export function layoutArcs(tokens: readonly TreeWord[], widthOf: (text: string) => number): ArcLayout {
  let left = MARGIN;
  const words = tokens.map(({ text }) => {
    const width = widthOf(text);
    const word = { left, center: left + width / 2, width };
    left += width + WORD_GAP;
    return word;
  });
  const arcs = levelArcs(
    tokens.flatMap(({ head, deprel }, dependent) =>
      head >= 0 && head < tokens.length && head !== dependent ? [{ head, dependent, deprel }] : [],
    ),
  );
  const root = tokens.findIndex(({ head }) => head === -1);
  return {
    words,
    arcs,
    root: root === -1 ? null : root,
    width: Math.max(0, left - WORD_GAP) + MARGIN,
    levels: Math.max(0, ...arcs.map(({ level }) => level)),
  };
}

function levelArcs(arcs: readonly Omit<Arc, 'level'>[]): Arc[] {
  const levelled: (Arc & { readonly from: number; readonly to: number })[] = [];
  const shortestFirst = arcs
    .map((arc) => ({ ...arc, from: Math.min(arc.head, arc.dependent), to: Math.max(arc.head, arc.dependent) }))
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  for (const arc of shortestFirst) {
    const below = levelled.filter(({ from, to }) => from < arc.to && arc.from < to);
    levelled.push({ ...arc, level: 1 + Math.max(0, ...below.map(({ level }) => level)) });
  }
  return levelled.map(({ head, dependent, deprel, level }) => ({ head, dependent, deprel, level }));
}
