import type { EntityLink } from './storyline-map.ts';

// Entities as a column of names, and an arc beside it for each two that share storylines (an arc diagram: Wattenberg 2002). Names
// never lie over one another, it is as readable on a phone, and it is a list to those who do not see it. It runs in the browser too,
// so it imports nothing.

export interface ArcDiagram {
  /** The entity of each row, from the top. */
  readonly order: readonly number[];
  /** Weakest first, so that the strongest is drawn over the others. */
  readonly arcs: readonly Arc[];
}

/** An arc between the middles of two rows. */
export interface Arc extends EntityLink {
  /** An SVG path in a plane that is {@link ARC_PLANE_WIDTH} wide and one unit a row high. */
  readonly path: string;
  /** 1 to 4, by how many storylines the two share. */
  readonly strength: number;
}

export const ARC_PLANE_WIDTH = 100;
const WIDEST = 96;

/**
 * Places entities that share storylines close to each other: each next one where it makes arcs shortest (a greedy linear
 * arrangement; the time is that of n² · links for n entities).
 * @param count of entities; links name them by their places, 0 to `count` - 1
 */
export function arcDiagramOf(count: number, links: readonly EntityLink[]): ArcDiagram {
  const order = arrange(count, links);
  const rows = new Map(order.map((entity, row) => [entity, row]));
  const span = ({ a, b }: EntityLink) => Math.abs(rows.get(a)! - rows.get(b)!);
  const widest = links.reduce((most, link) => Math.max(most, span(link)), 1);
  const strongest = links.reduce((most, { storylines }) => Math.max(most, storylines), 1);
  const arcs = links
    .map((link) => ({
      ...link,
      path: pathOf(rows.get(link.a)! + 0.5, rows.get(link.b)! + 0.5, WIDEST * (span(link) / widest) ** 0.7),
      strength: 1 + Math.round((3 * (link.storylines - 1)) / Math.max(3, strongest - 1)),
    }))
    .sort((x, y) => x.storylines - y.storylines);
  return { order, arcs };
}

function arrange(count: number, links: readonly EntityLink[]): number[] {
  const linksOf = Array.from({ length: count }, () => new Map<number, number>());
  for (const { a, b, storylines } of links) {
    linksOf[a]!.set(b, storylines);
    linksOf[b]!.set(a, storylines);
  }
  const order: number[] = [];
  for (let next = 0; next < count; next++) {
    let [best, shortest] = [order.length, Number.POSITIVE_INFINITY];
    for (let row = order.length; row >= 0; row--) {
      const length = arcLength(order.toSpliced(row, 0, next), linksOf);
      if (length < shortest) [best, shortest] = [row, length];
    }
    order.splice(best, 0, next);
  }
  return order;
}

/** The length of all arcs, each as often as its two share storylines. */
function arcLength(order: readonly number[], linksOf: readonly ReadonlyMap<number, number>[]): number {
  const rows = new Map(order.map((entity, row) => [entity, row]));
  let length = 0;
  for (const [entity, row] of rows) {
    for (const [other, storylines] of linksOf[entity]!) {
      const otherRow = rows.get(other);
      if (otherRow !== undefined && otherRow > row) length += storylines * (otherRow - row);
    }
  }
  return length;
}

/** A cubic curve reaches three quarters as far as its control points. */
function pathOf(from: number, to: number, reach: number): string {
  const control = round((reach * 4) / 3);
  return `M0,${from}C${control},${from} ${control},${to} 0,${to}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
