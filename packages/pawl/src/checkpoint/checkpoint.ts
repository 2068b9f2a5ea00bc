import type {
  Batch,
  BatchSettings,
  HistoryEntry,
  PipelineIdentity,
  Run,
  RunEnd,
  Runner,
  RunReport,
} from '../domain/batch.ts';
import type { BatchMove } from '../domain/batch-status.ts';
import type { JsonObject } from '../domain/document.ts';
import type { DocumentState } from '../domain/document-state.ts';
import type { DocumentFailure } from '../domain/outcome.ts';
import type { Spent, Usage } from '../domain/usage.ts';
import type { CollectedResult, CollectedSource, CollectionTally } from './collection-state.ts';
import type {
  KeptBytesQuery,
  LinkedDocumentColumns,
  LinkingState,
  LinkingUpdate,
  SketchedDocument,
  StoredStoryline,
  StorylineChangeRow,
  ToldStoryline,
} from './linking-state.ts';
import type { PackedBytes } from './packed-bytes.ts';

// The port of the durable state of one batch. What holds for every adapter:
// - A promise that resolves has been committed and fsynced; one that rejects has changed nothing.
// - Arguments and answers are plain data (structured clone), so an adapter may live in another thread or machine.
// - Time never comes from a clock of the adapter's own: every change names its moment (`atMs`) and its author (`by`).
// - Changes by a runner carry its run number; when the batch is no longer its, they throw `lease_lost` (fencing);
//   `begin` and `giveBack` only note, so they need not.
// - Lists are read in pages after a sequence number; no method answers with more than `limit` items.

/** Who changes the batch, when. */
export interface Authorship {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly by: string;
}

export interface NewBatch {
  readonly batchId: string;
  readonly jobId: string;
  readonly pipeline: PipelineIdentity;
  readonly settings: BatchSettings;
  /** Whether it holds results of other batches in place of documents; default false. */
  readonly isCollection?: boolean;
}

/** The input an acceptance reads: enough to recognise the same input again. */
export interface InputSource {
  /** The file's base name, or `-`. */
  readonly name: string;
  /** Size and modification time; null for streams, which cannot be recognised. */
  readonly fingerprint: string | null;
}

/** One line of the input: a document, or the reason why it is none. */
export type InputLine =
  | {
      readonly kind: 'document';
      /** From 1. */
      readonly line: number;
      readonly documentId: string;
      /** SHA-256 of the content, hexadecimal. */
      readonly contentHash: string;
      /** The input object as JSON. */
      readonly source: string;
    }
  | {
      readonly kind: 'rejected';
      readonly line: number;
      readonly contentHash: string;
      /** The id the line gave, if it gave one. */
      readonly documentId: string | null;
      readonly failure: DocumentFailure;
      /** The beginning of the line, at most 1,000 characters. */
      readonly excerpt: string;
    };

/** What became of input lines. The parts add up to the lines read. */
export interface AcceptanceTally {
  /** New documents. */
  readonly added: number;
  /** Lines of known documents with the same content. */
  readonly known: number;
  /** Known documents with other content, kept as they are. */
  readonly changed: number;
  /** Known documents with other content, taken up anew because that was asked for. */
  readonly replaced: number;
  /** Lines that are no document; each has a failed outcome of its own. */
  readonly rejected: number;
}

export interface PendingDocument {
  /** Order of acceptance; positive. */
  readonly seq: number;
  readonly documentId: string;
  /** The input object as JSON. */
  readonly source: string;
  /** How often work on it was begun before, without an outcome or for an outcome since taken back. */
  readonly attempts: number;
  /** How often the process died while it worked on it. */
  readonly deaths: number;
  /** JSON of the earlier result when only some stages are to be done again; null otherwise. */
  readonly previousResult: string | null;
  /** Stages to be done again when there is a previous result. */
  readonly redoStages: readonly string[];
}

/** An outcome to be saved. @template Result JSON of the DocumentResult, as text or in UTF-8 */
export type SettledDocument<Result extends string | Uint8Array = string> =
  | {
      readonly kind: 'processed';
      readonly seq: number;
      readonly result: Result;
      readonly timings: StageTimings;
      /** Why the result is hard to believe; absent when it is not. */
      readonly suspicious?: string;
    }
  | { readonly kind: 'failed'; readonly seq: number; readonly failure: DocumentFailure };

/** What was paid for a document, whatever becomes of it. */
export interface Spending {
  readonly kind: 'spent';
  readonly seq: number;
  readonly usage: Usage;
}

/** Something of a document to be saved. */
export type DocumentRecord = SettledDocument<string | Uint8Array> | Spending;

/** Milliseconds by stage name. */
export type StageTimings = Readonly<Record<string, number>>;

/** A saved result, as sinks and readers get it. */
export interface StoredResult {
  /** Order of commit; grows, is never reused. */
  readonly resultSeq: number;
  readonly documentId: string;
  readonly committedAtMs: number;
  /** JSON of the DocumentResult in UTF-8; `readResult` reads it. */
  readonly result: Uint8Array;
  /** The storyline that its events belong to, as far as the batch is linked; null for none. */
  readonly storylineId: string | null;
}

export interface DocumentRow {
  readonly seq: number;
  readonly documentId: string;
  readonly state: DocumentState;
  readonly attempts: number;
  readonly deaths: number;
  readonly source: { readonly name: string; readonly line: number };
  readonly contentHash: string;
  /** When its outcome was committed; null while pending. */
  readonly settledAtMs: number | null;
  readonly run: number | null;
  readonly failure: DocumentFailure | null;
  readonly timings: StageTimings | null;
  /** Why its result is hard to believe; null when it is not, and without a result. */
  readonly suspicious: string | null;
  /** What was paid for it, over all runs. */
  readonly spent: Spent;
}

/** The texts of a document, and its storyline. */
export interface StoredDocument {
  /** The input object as JSON; null for a rejected line. */
  readonly sourceJson: string | null;
  /** JSON of the DocumentResult; null unless it was processed. */
  readonly result: string | null;
  /** The storyline that its events belong to, as far as the batch is linked; null for none. */
  readonly storylineId: string | null;
}

/** What became of a document or rejected line, as a receipt needs it. */
export interface OutcomeRow {
  readonly seq: number;
  readonly documentId: string;
  readonly state: DocumentState;
  /** The acceptance that met it last, and where. */
  readonly acceptance: number;
  readonly source: { readonly name: string; readonly line: number };
  /** Why it failed; null unless it did. */
  readonly code: string | null;
  /** JSON of the DocumentResult; null unless it was processed. */
  readonly result: string | null;
}

export interface DocumentFilter {
  readonly state?: DocumentState;
  readonly code?: string;
  /** Only processed documents whose result is hard to believe. */
  readonly suspicious?: true;
}

/** What a list of documents shows. */
export interface BrowseFilter extends DocumentFilter {
  /** Part of the id or the title, in any case. */
  readonly text?: string;
  /** The fields of the input that may hold a title; the first that holds text counts. */
  readonly titleFields: readonly string[];
}

export interface BrowsedDocument extends DocumentRow {
  readonly title: string | null;
}

/** How far a sink has got. */
export interface SinkState {
  readonly name: string;
  /** The last result it holds. */
  readonly resultSeq: number;
  /** The results epoch it was delivered under. */
  readonly epoch: number;
  /** What the sink itself remembers, such as a byte offset. */
  readonly position: JsonObject;
  readonly delivered: number;
  /** The settlement whose storylines it holds (see LinkingState); null for none. */
  readonly settlement: number | null;
  /** Why the last delivery failed; null when it did not. */
  readonly error: string | null;
  readonly failingSinceMs: number | null;
  readonly updatedAtMs: number;
}

/** One acceptance of one input. */
export interface AcceptanceRecord {
  readonly acceptance: number;
  readonly source: InputSource;
  readonly startedAtMs: number;
  /** Null when it was cut off. */
  readonly endedAtMs: number | null;
  readonly lines: number;
  readonly blankLines: number;
  readonly inputSha256: string | null;
  readonly tally: AcceptanceTally;
}

/** Something wrong that `pawl doctor` found. */
export interface Finding {
  readonly check: string;
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a runner must know between two documents; cheap to ask for. */
export interface ControlState {
  readonly status: Batch['status'];
  readonly controlId: number;
  readonly controlNow: boolean;
  readonly settingsVersion: number;
  /** The run that holds the batch. */
  readonly holder: number | null;
}

export interface Checkpoint {
  batch(): Promise<Batch>;

  /** Begins to accept an input. The batch must not be STOPPED. @throws {PawlError} `refused_transition`, `is_collection` */
  beginAcceptance(source: InputSource, author: Authorship): Promise<number>;
  /**
   * Saves a group of lines. An id seen earlier in the same acceptance becomes a failed document `duplicate_id` of its own;
   * an id known from an earlier one is known, changed, or (with `reprocessChanged`) replaced. A rejected line gets the
   * document id `line-<number>` (made unique when that is taken).
   * @throws {PawlError} `input_taken_over` once a later acceptance of the same file has begun
   */
  accept(
    acceptance: number,
    lines: readonly InputLine[],
    options: { readonly reprocessChanged: boolean },
    author: Authorship,
  ): Promise<AcceptanceTally>;
  /**
   * Ends an acceptance: drops rejected lines of the same file that an earlier acceptance found and this one did not find
   * again (never those of a stream), and reopens a finished batch that got work (`add`).
   * @throws {PawlError} `input_taken_over`
   */
  endAcceptance(
    acceptance: number,
    totals: { readonly lines: number; readonly blankLines: number; readonly inputSha256: string | null },
    author: Authorship,
  ): Promise<AcceptanceRecord>;
  acceptances(): Promise<readonly AcceptanceRecord[]>;

  /** The batches that a collection is made of, in the order of their ids; empty for any other batch. */
  collectedSources(): Promise<readonly CollectedSource[]>;
  /**
   * Begins to read a source, from where it was read to, or anew where its results were taken back or it is another batch of
   * the same id. @returns the acceptance, and the result to read after. @throws {PawlError} `refused_transition`, `not_a_collection`
   */
  beginCollecting(
    source: Pick<CollectedSource, 'batchId' | 'jobId' | 'epoch'>,
    author: Authorship,
  ): Promise<{ readonly acceptance: number; readonly afterSeq: number }>;
  /**
   * Saves results of a source, each as a processed document, and that it was read so far. A known document whose result
   * differs gets the new one.
   * @throws {PawlError} `input_taken_over` once a later acceptance of the same source has begun
   */
  collect(acceptance: number, results: readonly CollectedResult[], author: Authorship): Promise<void>;
  /** Ends the reading of a source: documents that it no longer has go. @throws {PawlError} `input_taken_over` */
  endCollecting(acceptance: number, author: Authorship): Promise<CollectionTally>;

  /**
   * Makes `runner` the one that works on the batch, moves it to RUNNING and counts a death for each document that was in flight when an earlier run
   * died. Those that died `maxDeaths` times get the outcome `poison_document`.
   * @param takeOver the run found dead or expired by the caller; null when none holds the batch. The batch is taken only if
   *   that is still so. @throws {PawlError} `batch_is_running`, `refused_transition`
   */
  startRun(
    runner: Runner,
    options: { readonly takeOver: number | null; readonly move: 'start' | 'resume'; readonly maxDeaths: number },
    author: Authorship,
  ): Promise<Run>;
  /** What the runner must know; throws nothing but what reading throws. */
  control(): Promise<ControlState>;
  /** Says that no further document starts on account of order `controlId`. */
  acknowledge(run: number, controlId: number, author: Authorship): Promise<void>;
  /** Renews the lease and stores the report. */
  heartbeat(run: number, report: RunReport, author: Authorship): Promise<void>;
  /** Gives the batch back. Documents without an outcome stay pending, uncounted. With `move`, changes the state in the same transaction. */
  endRun(
    run: number,
    end: RunEnd,
    move: { readonly move: BatchMove; readonly reason: string | null } | null,
    author: Authorship,
  ): Promise<void>;
  /** The run that holds the batch, or null. */
  holder(): Promise<Run | null>;
  runs(): Promise<readonly Run[]>;

  /**
   * Documents without an outcome after `afterSeq`, in order. Suspects, whose process died all but once of the allowed
   * times, are left out, or with `suspects` are the only ones given.
   * @returns at most `limit` documents and, beyond the first, at most `maxBytes` of source.
   */
  pending(options: {
    readonly afterSeq: number;
    readonly limit: number;
    readonly maxBytes: number;
    readonly suspects: boolean;
  }): Promise<readonly PendingDocument[]>;
  /** Notes that work on documents begins, so that a death of the process is counted to them. Survives kill -9, not a power cut. */
  begin(run: number, seqs: readonly number[]): Promise<void>;
  /** Takes back `begin`: documents that were given up unharmed. */
  giveBack(run: number, seqs: readonly number[]): Promise<void>;
  /**
   * Saves outcomes and what was paid: results or failures, states, usages, counters, all in one fsynced transaction (G1). A
   * document that already has an outcome keeps it; what was paid is added to what was paid for it before. Buffers behind results
   * in UTF-8 are taken over: they may be empty afterwards.
   */
  commit(
    run: number,
    records: readonly DocumentRecord[],
    author: Authorship,
  ): Promise<{ readonly processed: number; readonly failed: number }>;

  /**
   * Changes the batch's state by the transition table and writes it to the history. `pause` and `stop` become an order to a
   * live runner; a run itself (`run`) resumes only from the pause of its working hours.
   * @throws {PawlError} `refused_transition`, naming the allowed moves
   */
  transition(
    move: BatchMove,
    options: { readonly reason: string | null; readonly now: boolean; readonly run: number | null },
    author: Authorship,
  ): Promise<Batch>;
  /** Gives failed documents work again, all but rejected lines; returns how many. */
  retry(
    filter: { readonly codes: readonly string[]; readonly documentIds: readonly string[] },
    author: Authorship,
  ): Promise<number>;
  /** Replaces settings. */
  updateSettings(settings: BatchSettings, change: JsonObject, author: Authorship): Promise<Batch>;
  /** Replaces the pipeline: processed documents become pending for the stages in `redo`; returns how many. */
  replacePipeline(
    pipeline: PipelineIdentity,
    settings: BatchSettings,
    redo: readonly string[],
    author: Authorship,
  ): Promise<number>;
  /** Writes a line to the history that changes no state. */
  note(
    entry: {
      readonly event: string;
      readonly reason: string | null;
      readonly run: number | null;
      readonly details: JsonObject;
    },
    author: Authorship,
  ): Promise<void>;

  results(options: {
    readonly afterSeq: number;
    readonly limit: number;
    readonly maxBytes: number;
  }): Promise<readonly StoredResult[]>;
  documents(
    filter: DocumentFilter,
    options: { readonly afterSeq: number; readonly limit: number },
  ): Promise<readonly DocumentRow[]>;
  /**
   * Documents with their titles, in order of acceptance. Looks at a bounded number of documents: a page may be short, or
   * empty, though there are more.
   * @returns where to go on: null when there is nothing left
   */
  browse(
    filter: BrowseFilter,
    options: { readonly afterSeq: number; readonly limit: number },
  ): Promise<{ readonly documents: readonly BrowsedDocument[]; readonly nextAfterSeq: number | null }>;
  /** Every document in order, with its result, bounded as `pending` is. */
  outcomes(options: {
    readonly afterSeq: number;
    readonly limit: number;
    readonly maxBytes: number;
  }): Promise<readonly OutcomeRow[]>;
  /** The last documents that were processed, latest first. */
  recentlyProcessed(limit: number): Promise<readonly DocumentRow[]>;
  document(documentId: string): Promise<(DocumentRow & StoredDocument) | null>;
  /** What was paid for a document over all runs; empty when nothing was. */
  usageOf(documentId: string): Promise<readonly Usage[]>;
  failureCounts(): Promise<readonly { readonly code: string; readonly stage: string; readonly count: number }[]>;
  history(options: { readonly afterSeq: number; readonly limit: number }): Promise<readonly HistoryEntry[]>;

  sinks(): Promise<readonly SinkState[]>;
  /** Saves how far a sink has got; `run` null only where no runner holds the batch. */
  saveSink(run: number | null, state: SinkState): Promise<void>;

  /** How far linking is; null when the batch was never linked. */
  linking(): Promise<LinkingState | null>;
  /** Forgets how documents are linked, to link them anew; what was settled stays known, and with `keepSketches` the sketches. */
  resetLinking(
    run: number | null,
    options: Pick<LinkingState, 'epoch' | 'format' | 'weights' | 'embeddings'> & { readonly keepSketches: boolean },
    author: Authorship,
  ): Promise<void>;
  /**
   * Saves documents that linking takes up, in the order of their results.
   * @returns false, and nothing is saved, when results were taken back since linking began
   */
  addLinkedDocuments(run: number | null, documents: readonly SketchedDocument[], author: Authorship): Promise<boolean>;
  /** Saves what a pass changed. @returns false, and nothing is saved, when results were taken back since linking began */
  saveLinking(run: number | null, update: LinkingUpdate, author: Authorship): Promise<boolean>;
  /**
   * Has storylines that are still there say the same in other words. Sinks are given all of them anew.
   * @param told `by`: the model that wrote texts of storylines, null when none did
   */
  retellStorylines(
    run: number | null,
    told: { readonly storylines: readonly ToldStoryline[]; readonly by: string | null },
    author: Authorship,
  ): Promise<void>;
  /** Says what storylines lack of what models were to give, null for nothing; what is new of it is noted in the history. */
  sayMissing(run: number | null, missing: string | null, author: Authorship): Promise<void>;
  /** Puts down what an answer of a model took that linking asked. */
  addLinkingUsage(run: number | null, usage: Usage): Promise<void>;
  /** Documents as they are linked, in the order of their results, bounded as `results` is. */
  linkedDocuments(options: {
    readonly afterSeq: number;
    readonly limit: number;
    readonly maxBytes: number;
  }): Promise<LinkedDocumentColumns>;
  /** What linking kept of documents or storylines; empty for those of which it kept nothing. */
  keptBytes(query: KeptBytesQuery): Promise<PackedBytes>;
  /** Documents and their storylines when the batch was last settled. */
  settledDocuments(options: {
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<readonly { readonly seq: number; readonly documentId: string; readonly storylineId: string }[]>;
  /** Storylines, those of most documents first; `offset` of them are left out. */
  storylines(options: { readonly offset: number; readonly limit: number }): Promise<readonly StoredStoryline[]>;
  storyline(storylineId: string): Promise<StoredStoryline | null>;
  /** JSON of the linkages of a storyline in order, each with its number from 1. */
  linkages(
    storylineId: string,
    options: { readonly afterSeq: number; readonly limit: number },
  ): Promise<readonly { readonly seq: number; readonly linkage: string }[]>;
  /**
   * The same of several storylines, one after the other, as bytes, each with a line feed behind it: a page of some of their
   * documents, bounded as `results` is.
   * @param options.skip documents that were on pages before
   * @returns how many documents it is of; 0 when there are no more
   */
  linkageLines(
    storylineIds: readonly string[],
    options: { readonly skip: number; readonly maxBytes: number },
  ): Promise<{ readonly documents: number; readonly lines: Uint8Array }>;
  storylineChanges(options: {
    readonly afterSeq: number;
    readonly limit: number;
  }): Promise<readonly StorylineChangeRow[]>;

  /** Compares counters, states and rows; reads everything. Empty when all is well. */
  check(): Promise<readonly Finding[]>;
  close(): Promise<void>;
}
