import type { JsonObject } from '../domain/document.ts';
import type { PackedBytes } from './packed-bytes.ts';

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
  /** The model that wrote texts of storylines; null while none did. */
  readonly summaries: string | null;
  /** What storylines lack of what models were to give, in words; null for nothing. */
  readonly missing: string | null;
  /** The last result when everything was linked; null when something has been taken up since. */
  readonly settledSeq: number | null;
  /** Grows each time that everything was linked; 0 before the first. */
  readonly settlement: number;
  readonly storylines: number;
  readonly updatedAtMs: number;
}

/** A document as linking knows it, but for its sketch. */
export interface LinkedDocumentRow {
  readonly resultSeq: number;
  readonly documentId: string;
  /** Days since the epoch; null for a document without a date. */
  readonly day: number | null;
  readonly keys: Uint32Array;
  /** Result numbers of others, each lower than its own, that may tell the same story. */
  readonly neighbours: Uint32Array;
  /** How likely each of the neighbours does. */
  readonly likelihoods: Float32Array;
  /** Whether a pass has linked it. */
  readonly isLinked: boolean;
  readonly storylineId: string | null;
}

/** A document that linking takes up. */
export interface SketchedDocument extends Pick<LinkedDocumentRow, 'resultSeq' | 'documentId' | 'day' | 'keys'> {
  /** What it is compared with others by. */
  readonly profile: Uint8Array;
  /** What else is known of it. */
  readonly sketch: Uint8Array;
}

/** {@link LinkedDocumentRow}s in columns: there are as many as documents, and linking begins by reading all of them. */
export interface LinkedDocumentColumns {
  readonly resultSeqs: readonly number[];
  readonly documentIds: readonly string[];
  readonly days: readonly (number | null)[];
  readonly areLinked: readonly boolean[];
  readonly storylineIds: readonly (string | null)[];
  readonly keys: PackedBytes;
  readonly neighbours: PackedBytes;
  readonly likelihoods: PackedBytes;
}

/** Bytes that linking kept, and wants now: those of each document, or of each storyline, in the order they are asked for. */
export type KeptBytesQuery =
  | { readonly kind: 'profiles' | 'sketches'; readonly resultSeqs: readonly number[] }
  | { readonly kind: 'storylines'; readonly storylineIds: readonly string[] };

/** What a pass of linking changed; saved whole or not at all. */
export interface LinkingUpdate {
  /** Documents whose neighbours are others than before. */
  readonly neighbours: readonly Pick<LinkedDocumentRow, 'resultSeq' | 'neighbours' | 'likelihoods'>[];
  /** Documents that were linked, or whose storyline is another than before. */
  readonly documents: readonly Pick<LinkedDocumentRow, 'resultSeq' | 'storylineId'>[];
  /** New storylines, and those that replace one of the same id. */
  readonly storylines: readonly StorylineRow[];
  readonly removed: readonly string[];
  /** Given when everything is linked: storylines are measured by this from now on. */
  readonly settlement: {
    readonly changes: readonly { readonly kind: string; readonly storylineId: string; readonly details: JsonObject }[];
  } | null;
}

export interface StorylineRow extends StoredStoryline {
  /** What composing it again, with more documents, goes on from. */
  readonly kept: Uint8Array;
  /** Whether `linkages` are all it has; else those of other documents stay. */
  readonly isAnew: boolean;
  readonly linkages: readonly LinkagePart[];
}

/** The {@link LinkagePart.part} of what a model says; gone when the storyline is composed again. */
export const TOLD_PART = -1;

/** The linkages of a storyline that belong to one of its documents. */
export interface LinkagePart {
  /** Result number of the document; 0 for those that belong to none, {@link TOLD_PART} for those that a model says. */
  readonly part: number;
  readonly count: number;
  /** JSON of each Linkage in order, with a line feed behind each. */
  readonly lines: string;
}

/** A storyline in a model's words. */
export interface ToldStoryline extends Pick<StoredStoryline, 'storylineId' | 'storyline'> {
  /** What the model says is linked, in place of what one said before. */
  readonly linkages: Pick<LinkagePart, 'count' | 'lines'>;
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
