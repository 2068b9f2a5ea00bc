import type { JsonObject } from '../domain/document.ts';

// What the checkpoint holds of linking. How documents are linked is none of its business: sketches, weights, storylines and
// linkages are kept as they are given.

/** How far linking is. */
export interface LinkingState {
  /** The last result that was taken up. */
  readonly resultSeq: number;
  /** The results epoch that the documents below were taken up in. */
  readonly epoch: number;
  /** Version of what the sketches hold. */
  readonly format: number;
  /** JSON of the weights; null for those that come with pawl. */
  readonly weights: string | null;
  /** The embedding model whose vectors are in the sketches; null for none. */
  readonly embeddings: string | null;
  /** What storylines lack of what models were to give, in words; null for nothing. */
  readonly missing: string | null;
  /** The last result when everything was linked; null when something has been taken up since. */
  readonly settledSeq: number | null;
  /** Grows each time that everything was linked; 0 before the first. */
  readonly settlement: number;
  readonly storylines: number;
  readonly updatedAtMs: number;
}

/** A document as linking knows it. */
export interface LinkedDocumentRow {
  readonly resultSeq: number;
  readonly documentId: string;
  /** Days since the epoch; null for a document without a date. */
  readonly day: number | null;
  readonly keys: Uint32Array;
  /** Result numbers of others that may tell the same story, each followed by how likely. */
  readonly neighbours: Float64Array;
  /** Result number of the first document of its story; null until it is linked. */
  readonly story: number | null;
  readonly storylineId: string | null;
  readonly sketch: Uint8Array;
}

/** What a pass of linking changed; saved whole or not at all. */
export interface LinkingUpdate {
  readonly documents: readonly Pick<LinkedDocumentRow, 'resultSeq' | 'neighbours' | 'story' | 'storylineId'>[];
  /** New storylines, and those that replace one of the same id. */
  readonly storylines: readonly StorylineRow[];
  readonly removed: readonly string[];
  /** Given when everything is linked: storylines are measured by this from now on. */
  readonly settlement: {
    readonly changes: readonly { readonly kind: string; readonly storylineId: string; readonly details: JsonObject }[];
  } | null;
}

export interface StorylineRow extends StoredStoryline {
  /** JSON of each Linkage, in order. */
  readonly linkages: readonly string[];
}

export interface StoredStoryline {
  readonly storylineId: string;
  readonly documents: number;
  readonly events: number;
  /** JSON of the Storyline. */
  readonly storyline: string;
}

/** What became of a storyline when the batch was settled. */
export interface StorylineChangeRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly storylineId: string;
  readonly details: JsonObject;
}
