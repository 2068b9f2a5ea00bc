import { agglomerate } from './agglomerate.ts';
import type { DocumentProfile, DocumentSketch } from './document-sketch.ts';
import type { Edges } from './edges.ts';
import { documentEvidence } from './evidence.ts';
import type { LinkWeights } from './link-weights.ts';
import { scoreOf } from './score.ts';
import { WINDOW } from './window-index.ts';

/** Documents must lie in this many common buckets to be compared. */
export const SHARED_KEYS = 2;
/** Pairs less likely than this are as good as strangers: half of what a merge asks for. */
const MIN_SCORE = 0.14;

/**
 * How likely two documents tell one story; null when that is so unlikely that they are as good as strangers. In single precision:
 * so sums of such numbers are exact, in whatever order they are added.
 */
export function storyScore(a: DocumentProfile, b: DocumentProfile, weights: LinkWeights): number | null {
  const score = Math.fround(scoreOf(documentEvidence(a, b, weights.documents.unrelatedCosine), weights.documents));
  return score < MIN_SCORE ? null : score;
}

/** Groups documents that tell one story. @param edges between documents by their number @returns the number of the first document of each one's story */
export function clusterDocuments(documents: number, edges: Edges, weights: LinkWeights): Int32Array {
  return agglomerate(documents, edges, { ...weights.documents.clustering, maxPairs: WINDOW });
}

/** The order in which documents are numbered: by day, those without one first, then by id. */
export function byDay(
  a: Pick<DocumentSketch, 'day' | 'documentId'>,
  b: Pick<DocumentSketch, 'day' | 'documentId'>,
): number {
  const [dayA, dayB] = [a.day ?? Number.NEGATIVE_INFINITY, b.day ?? Number.NEGATIVE_INFINITY];
  if (dayA !== dayB) return dayA < dayB ? -1 : 1;
  return a.documentId < b.documentId ? -1 : a.documentId > b.documentId ? 1 : 0;
}
