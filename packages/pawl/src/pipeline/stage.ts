import type { InputDocument, Json } from '../domain/document.ts';
import type { DroppedClaims, ExtractedEntity, ExtractedEvent, SoaTriplet } from '../domain/result.ts';
import type { StageCall } from '../domain/stage-call.ts';

/** What stages before have found. */
export interface StageInput {
  readonly document: InputDocument;
  readonly batchId: string;
  readonly entities: readonly ExtractedEntity[];
  readonly triplets: readonly SoaTriplet[];
  readonly events: readonly ExtractedEvent[];
}

/** What a stage found: the part of the result that its name stands for. */
export interface StageOutput {
  readonly value: Json | readonly ExtractedEntity[] | readonly SoaTriplet[] | readonly ExtractedEvent[];
  /** True when a stored answer was used. */
  readonly cached?: boolean;
  /** What was claimed and is not in the text; absent where nothing was. */
  readonly dropped?: DroppedClaims;
  /** Why the output is hard to believe, in words for people; absent when it is not. */
  readonly suspicious?: string;
  /** Milliseconds of work, where the stage knows better than the clock around it. */
  readonly ms?: number;
}

/** A request that a stage would make, in UTF-8 bytes. */
export interface PlannedRequest {
  /** Of everything that is sent, the text included. */
  readonly promptBytes: number;
  /** Of the document's text in it. */
  readonly textBytes: number;
}

/**
 * A step of the pipeline. Three names are known and fill fields of the result: `entities` gives
 * `extracted_entities`, `dependencies` gives `extracted_soa_triplets`, `events` gives `events`; any other name fills
 * `extensions[name]`.
 */
export interface Stage {
  readonly name: string;
  /** Who does it, such as `builtin` or `http`. One circuit breaker per provider. */
  readonly provider: string;
  readonly model: string | null;
  /** Identifies everything that decides the output (provider, model, parameters, version); part of the pipeline's identity. */
  readonly fingerprint: string;
  /** For people: `builtin 0.1.0`, `http https://ner.example`. */
  readonly description: string;
  /**
   * @param call where it says what it spends, and what it waits for
   * @throws {StageError} says whose fault it is; anything else counts as the document's (`stage_failed`).
   */
  run(input: StageInput, signal: AbortSignal, call: StageCall): Promise<StageOutput>;
  /** Documents it takes at once, where that is not for the machine's processors to say. */
  readonly lanes?: number;
  /** What it would begin to ask a language model about a document, without asking; absent where it asks none. */
  plan?(input: StageInput, signal: AbortSignal): Promise<readonly PlannedRequest[]>;
  /**
   * Waits for what documents were postponed for (StageError `postponed`), until they may be taken up again. Absent where none
   * ever is.
   * @param tell what is being waited for
   * @throws the signal's reason when aborted
   */
  awaitPostponed?(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void>;
  /** Asks the provider something trivial, to learn whether it works at all. Absent where it always does. */
  probe?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
  /** Who does it for the documents that this one fails for their own sake; of the same name. */
  readonly fallback?: Stage;
}
