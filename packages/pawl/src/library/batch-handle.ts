import type { Authorship, Checkpoint, InputLine, PendingDocument } from '../checkpoint/checkpoint.ts';
import { readResult } from '../checkpoint/read-result.ts';
import type { Sink } from '../delivery/sink.ts';
import type { BatchSettings } from '../domain/batch.ts';
import type { DocumentFailure } from '../domain/outcome.ts';
import type { DocumentResult } from '../domain/result.ts';
import { orderBatch } from '../engine/control-batch.ts';
import { type BatchView, describeBatch } from '../engine/describe-batch.ts';
import { type RunBatchOptions, type RunSummary, runBatch } from '../engine/run-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { parseLine } from '../intake/parse-line.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { closeLinkingModels, type LinkingModels } from '../storylines/linking-models.ts';

const GROUP_SIZE = 500;
const PAGE = { limit: 200, maxBytes: 8 * 1024 * 1024 };

export interface BatchHandleParts {
  readonly checkpoint: Checkpoint;
  readonly settings: BatchSettings;
  readonly pipeline: Pipeline;
  readonly linkingModels: LinkingModels;
  readonly sinks: readonly Sink[];
  /** Where its outputs are. */
  readonly folder: string;
  /** Who works with it, for the history. */
  readonly by: string;
}

/** A batch in a program's hands: documents go in, work is done, results come out, and nothing slips back. */
export class BatchHandle {
  /** The durable state itself, for whoever does the work without the engine: `pending`, `begin`, `commit`. */
  readonly checkpoint: Checkpoint;
  readonly #parts: BatchHandleParts;

  constructor(parts: BatchHandleParts) {
    this.#parts = parts;
    this.checkpoint = parts.checkpoint;
  }

  /**
   * Adds documents: objects with a text (`text`, `content`, ...) and, if they have one, an id (`document_id`, `id`).
   * Adding the same again changes nothing. When it returns, they are saved.
   * @returns how many were new, and how many were refused (each has a failed outcome of its own)
   */
  async add(documents: Iterable<unknown> | AsyncIterable<unknown>): Promise<{ added: number; rejected: number }> {
    const { checkpoint, settings } = this.#parts;
    const acceptance = await checkpoint.beginAcceptance({ name: 'library', fingerprint: null }, this.#author());
    let number = 0;
    let group: InputLine[] = [];
    const flush = async () => {
      if (group.length > 0) await checkpoint.accept(acceptance, group, { reprocessChanged: false }, this.#author());
      group = [];
    };
    for await (const document of documents) {
      group.push(parseLine(Buffer.from(JSON.stringify(document) ?? 'null'), ++number, settings.fields));
      if (group.length >= GROUP_SIZE) await flush();
    }
    await flush();
    const totals = { lines: number, blankLines: 0, inputSha256: null };
    const { tally } = await checkpoint.endAcceptance(acceptance, totals, this.#author());
    return { added: tally.added, rejected: tally.rejected };
  }

  /**
   * Works until the batch is done or something ends the run; again, to resume.
   * @throws {PawlError} what {@link runBatch} throws
   */
  async run(options: Pick<RunBatchOptions, 'interrupt' | 'abort' | 'onProgress'> = {}): Promise<RunSummary> {
    const { checkpoint, pipeline, linkingModels, sinks, folder, by } = this.#parts;
    return runBatch({ checkpoint, pipeline, linkingModels, sinks, folder, by, ...options });
  }

  /** Lets no further document start, wherever the batch runs; {@link run} goes on with it. @throws {PawlError} `refused_transition` */
  async pause(options: { readonly now?: boolean } = {}): Promise<void> {
    await this.#order('pause', options.now ?? false);
  }

  /** Ends the batch for good. @throws {PawlError} `refused_transition` */
  async stop(options: { readonly now?: boolean } = {}): Promise<void> {
    await this.#order('stop', options.now ?? false);
  }

  /** Gives failed documents work again; returns how many. */
  async retry(
    filter: { readonly codes?: readonly string[]; readonly documentIds?: readonly string[] } = {},
  ): Promise<number> {
    const { codes = [], documentIds = [] } = filter;
    return this.checkpoint.retry({ codes, documentIds }, this.#author());
  }

  /** What `pawl status --json` says. */
  async progress(): Promise<BatchView> {
    return describeBatch(this.checkpoint, systemClock.now());
  }

  /** Documents without an outcome, in order; read in pages. */
  async *remaining(): AsyncGenerator<PendingDocument> {
    for (const suspects of [false, true]) {
      for (let afterSeq = 0; ; ) {
        const page = await this.checkpoint.pending({ afterSeq, suspects, ...PAGE });
        yield* page;
        const last = page.at(-1);
        if (last === undefined) break;
        afterSeq = last.seq;
      }
    }
  }

  /** Saved results in the order they were saved; read in pages. */
  async *results(): AsyncGenerator<DocumentResult> {
    for (let afterSeq = 0; ; ) {
      const page = await this.checkpoint.results({ afterSeq, ...PAGE });
      for (const result of page) yield readResult(result);
      const last = page.at(-1);
      if (last === undefined) return;
      afterSeq = last.resultSeq;
    }
  }

  /** Failed documents with their reasons; read in pages. */
  async *failures(): AsyncGenerator<{ readonly documentId: string; readonly failure: DocumentFailure }> {
    for (let afterSeq = 0; ; ) {
      const page = await this.checkpoint.documents({ state: 'failed' }, { afterSeq, limit: PAGE.limit });
      for (const { documentId, failure } of page) if (failure !== null) yield { documentId, failure };
      const last = page.at(-1);
      if (last === undefined) return;
      afterSeq = last.seq;
    }
  }

  async close(): Promise<void> {
    await this.checkpoint.close();
    await closeLinkingModels(this.#parts.linkingModels);
    await this.#parts.pipeline.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #order(order: 'pause' | 'stop', now: boolean): Promise<void> {
    await orderBatch(this.checkpoint, order, { now, by: this.#parts.by, clock: systemClock });
  }

  #author(): Authorship {
    return { atMs: systemClock.now(), by: this.#parts.by };
  }
}
