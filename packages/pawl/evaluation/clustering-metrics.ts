import { bestAssignment } from './assignment.ts';

/** The cluster of each mention. The two sides need not have the same mentions. */
export type Clustering = ReadonlyMap<string, string>;

/** In percent. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface CoreferenceScores {
  readonly muc: Scores;
  readonly b3: Scores;
  readonly ceafe: Scores;
  /** Mean of the three F1 (Denis & Baldridge 2009), in percent. */
  readonly conll: number;
}

/** The scores of the CoNLL-2012 shared task, over mentions that are given, as the reference scorer has them (Pradhan et al. 2014). */
export function scoreCoreference(gold: Clustering, system: Clustering): CoreferenceScores {
  const [muc, b3, ceafe] = [scoreMuc(gold, system), scoreB3(gold, system), scoreCeafe(gold, system)];
  return { muc, b3, ceafe, conll: rounded((muc.f1 + b3.f1 + ceafe.f1) / 3) };
}

/** Links kept of those a cluster needs to hold together (Vilain et al. 1995). */
export function scoreMuc(gold: Clustering, system: Clustering): Scores {
  return toScores(linksKept(system, gold), linksKept(gold, system));
}

function linksKept(of: Clustering, by: Clustering): Share {
  let kept = 0;
  let needed = 0;
  for (const mentions of clustersOf(of).values()) {
    const parts = new Set(mentions.map((mention) => by.get(mention) ?? `alone ${mention}`));
    needed += mentions.length - 1;
    kept += mentions.length - parts.size;
  }
  return { part: kept, whole: needed };
}

/** Mean over mentions of how much of their cluster is right (Bagga & Baldwin 1998). */
export function scoreB3(gold: Clustering, system: Clustering): Scores {
  return toScores(shareOfCluster(system, gold), shareOfCluster(gold, system));
}

function shareOfCluster(of: Clustering, by: Clustering): Share {
  let part = 0;
  for (const mentions of clustersOf(of).values()) {
    const together = Map.groupBy(
      mentions.filter((mention) => by.has(mention)),
      (mention) => by.get(mention)!,
    );
    for (const same of together.values()) part += same.length ** 2 / mentions.length;
  }
  return { part, whole: of.size };
}

/** Clusters aligned one to one so that they agree best, by Dice's coefficient (Luo 2005, φ4). */
export function scoreCeafe(gold: Clustering, system: Clustering): Scores {
  const goldClusters = clustersOf(gold);
  const systemClusters = clustersOf(system);
  const similarity = alignedSimilarity(goldClusters, systemClusters, system);
  return toScores({ part: similarity, whole: systemClusters.size }, { part: similarity, whole: goldClusters.size });
}

type Clusters = ReadonlyMap<string, readonly string[]>;

/** Clusters that share no mention, directly or through others, are aligned apart: the sum is the same and the matrices small. */
function alignedSimilarity(gold: Clusters, system: Clusters, systemOf: Clustering): number {
  const overlaps = new Map<string, Map<string, number>>();
  for (const [name, mentions] of gold) {
    const shared = new Map<string, number>();
    for (const mention of mentions) {
      const other = systemOf.get(mention);
      if (other !== undefined) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    overlaps.set(name, shared);
  }
  let sum = 0;
  for (const { rows, columns } of connectedParts(overlaps)) {
    const values = rows.map((row) =>
      columns.map((column) => {
        const shared = overlaps.get(row)!.get(column) ?? 0;
        return (2 * shared) / (gold.get(row)!.length + system.get(column)!.length);
      }),
    );
    sum += bestAssignment(values);
  }
  return sum;
}

function connectedParts(overlaps: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  const rowsOf = new Map<string, string[]>();
  for (const [row, columns] of overlaps) {
    for (const column of columns.keys()) rowsOf.set(column, [...(rowsOf.get(column) ?? []), row]);
  }
  const seen = new Set<string>();
  const parts: { rows: string[]; columns: string[] }[] = [];
  for (const first of overlaps.keys()) {
    if (seen.has(first)) continue;
    seen.add(first);
    const rows = [first];
    const columns = new Set<string>();
    for (let at = 0; at < rows.length; at++) {
      for (const column of overlaps.get(rows[at]!)!.keys()) {
        if (columns.has(column)) continue;
        columns.add(column);
        for (const row of rowsOf.get(column) ?? []) {
          if (seen.has(row)) continue;
          seen.add(row);
          rows.push(row);
        }
      }
    }
    parts.push({ rows, columns: [...columns] });
  }
  return parts;
}

function clustersOf(clustering: Clustering): Map<string, string[]> {
  const clusters = new Map<string, string[]>();
  for (const [mention, cluster] of clustering) {
    const known = clusters.get(cluster);
    if (known === undefined) clusters.set(cluster, [mention]);
    else known.push(mention);
  }
  return clusters;
}

interface Share {
  readonly part: number;
  readonly whole: number;
}

/** A share of nothing is 0, as the reference scorer has it. */
function toScores(precision: Share, recall: Share): Scores {
  const p = precision.whole === 0 ? 0 : precision.part / precision.whole;
  const r = recall.whole === 0 ? 0 : recall.part / recall.whole;
  return {
    precision: rounded(100 * p),
    recall: rounded(100 * r),
    f1: rounded(p + r === 0 ? 0 : (200 * p * r) / (p + r)),
  };
}

function rounded(percent: number): number {
  return Math.round(100 * percent) / 100;
}
