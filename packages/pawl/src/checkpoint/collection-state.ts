import { PawlError } from '../domain/errors.ts';

// What the checkpoint of a collection holds: a batch that is made of the results of others, and works on no documents itself.

/** A batch whose results a collection holds, and how far it was read. */
export interface CollectedSource {
  readonly batchId: string;
  /** Tells the batch from a later one of the same id. */
  readonly jobId: string;
  /** The results epoch of the source that it was read in. */
  readonly epoch: number;
  /** The last of its results that was read. */
  readonly resultSeq: number;
  /**
   * Where results were taken back in the source, it is read anew from the beginning: what no acceptance from this one on
   * meets goes at the end. Null when it was read to its end.
   */
  readonly rereadSince: number | null;
  readonly readAtMs: number;
  /** Documents of it that the collection holds. */
  readonly documents: number;
}

/** A result of a source, as the collection holds it. */
export interface CollectedResult {
  readonly documentId: string;
  /** Its number in the source. */
  readonly resultSeq: number;
  /** SHA-256 of the result, hexadecimal. */
  readonly contentHash: string;
  /** The input object as JSON. */
  readonly source: string;
  /** JSON of the DocumentResult. */
  readonly result: string;
  /** Milliseconds by stage name. */
  readonly timings: Readonly<Record<string, number>>;
  /** Why the result is hard to believe; null when it is not. */
  readonly suspicious: string | null;
}

/** What became of the results of a source. */
export interface CollectionTally {
  readonly added: number;
  /** Met again as they are. */
  readonly known: number;
  readonly replaced: number;
  /** No longer in the source. */
  readonly removed: number;
}

/** Why a collection takes no documents. */
export function takesNoDocuments(batchId: string): PawlError {
  return new PawlError(
    'is_collection',
    `Batch ${batchId} is a collection: it holds results of other batches and takes no documents of its own.`,
  );
}
