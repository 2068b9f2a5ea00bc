import type { Entity } from '../document.ts';

/**
 * Drops entities until none overlap: of two that do, the longer one stays, of equally long ones the first given.
 * @returns the rest by start.
 */
export function keepDisjoint(entities: readonly Entity[]): Entity[] {
  const ordered = entities.map((entity, rank) => ({ entity, rank }));
  ordered.sort((a, b) => a.entity.start - b.entity.start || lengthOf(b.entity) - lengthOf(a.entity) || a.rank - b.rank);
  const kept: { entity: Entity; rank: number }[] = [];
  for (const candidate of ordered) {
    while (kept.length > 0 && overlaps(kept.at(-1)!.entity, candidate.entity) && beats(candidate, kept.at(-1)!))
      kept.pop();
    const last = kept.at(-1);
    if (last === undefined || !overlaps(last.entity, candidate.entity)) kept.push(candidate);
  }
  return kept.map(({ entity }) => entity);
}

const lengthOf = (entity: Entity): number => entity.end - entity.start;
const overlaps = (earlier: Entity, later: Entity): boolean => later.start < earlier.end;

function beats(a: { entity: Entity; rank: number }, b: { entity: Entity; rank: number }): boolean {
  const difference = lengthOf(a.entity) - lengthOf(b.entity);
  return difference > 0 || (difference === 0 && a.rank < b.rank);
}
