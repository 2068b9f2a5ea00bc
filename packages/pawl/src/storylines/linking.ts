import type { Authorship, Checkpoint, StoredResult } from '../checkpoint/checkpoint.ts';
import type { LinkedDocumentColumns, LinkingState, StorylineRow } from '../checkpoint/linking-state.ts';
import { readAhead } from '../checkpoint/read-ahead.ts';
import { readResult } from '../checkpoint/read-result.ts';
import { isPawlError, messageOf } from '../domain/errors.ts';
import type { StageCall } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import type { Clock } from '../engine/clock.ts';
import { embeddingName, parseEmbeddingAddress } from '../models/embedding-address.ts';
import { type DocumentMeanings, meaningsOf } from './document-meanings.ts';
import { LinkThread } from './link-thread.ts';
import { type LinkWeights, loadDefaultWeights, parseWeights } from './link-weights.ts';
import type { LinkingModels } from './linking-models.ts';
import { SKETCH_FORMAT } from './sketch-codec.ts';
import { writeStorylineFiles } from './storyline-files.ts';
import { tellStorylines } from './tell-storylines.ts';
import { withPatience } from './with-patience.ts';

// Links the documents of a batch while it is worked on: takes up results as they are saved, links what it has now and then, and
// settles when there are no more. All it knows is in the checkpoint; the thread that computes can be lost at any moment.
//
// Where an embedding model is named, either all documents are linked with its vectors or none is: a document is taken up when its vectors
// are there. Where they cannot be had in the end, all are linked without, and what is missing is said; the next time all are linked anew.

const PAGE = { limit: 200, maxBytes: 8 * 1024 * 1024 };
const RESTORED_PAGE = { limit: 5_000, maxBytes: 8 * 1024 * 1024 };
const SETTLED_PAGE = 5_000;
/** Passes in between are for those who look while the batch runs: at most this often, and at most this share of the time. */
const MIN_PASS_INTERVAL_MS = 5_000;
const PASS_SHARE = 1 / 20;
/** How long a settlement waits for a model that is down. */
const PATIENCE_MS = 10_000;
/** While the batch runs, a model that failed is let alone for so long. */
const QUIET_MS = 30_000;

export interface LinkingOptions {
  readonly checkpoint: Checkpoint;
  /** Where `storylines.jsonl` and `linkages.jsonl` go. */
  readonly folder: string;
  readonly clock: Clock;
  readonly by: string;
  /** The run that links; null where no runner holds the batch. */
  readonly run: number | null;
  /** JSON of weights to link with from now on, `builtin` for those that come with pawl; null for those used before. */
  readonly weights: string | null;
  /** Heap that linking may take, in MiB. */
  readonly memoryMb: number;
  readonly models: LinkingModels;
  /** Where what models take is put down. */
  readonly call: StageCall;
}

/** The thread and what it has been told. */
interface OpenThread {
  readonly thread: LinkThread;
  /** The last result it has taken up. */
  resultSeq: number;
  /** Whether it has taken up something that is not linked. */
  isBehind: boolean;
}

export class Linking {
  readonly #options: LinkingOptions;
  #open: OpenThread | null = null;
  /** What is being done; one thing after the other. */
  #work: Promise<void> = Promise.resolve();
  #isGathering = false;
  #hasFailed = false;
  /** Why another try would fail as well. */
  #outOfMemory: unknown = null;
  #isClosed = false;
  #nextPassAtMs: number;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  /** Aborted when requests to models are given up. */
  readonly #abort = new AbortController();
  /** Why there are no embeddings, though a model is named; null while nothing is wrong. */
  #withoutEmbeddings: string | null = null;

  constructor(options: LinkingOptions) {
    this.#options = options;
    this.#nextPassAtMs = options.clock.now() + MIN_PASS_INTERVAL_MS;
  }

  /** Says that there are new results. */
  notify(): void {
    if (this.#isGathering || this.#hasFailed || this.#isClosed) return;
    if (this.#options.clock.now() < this.#quietUntilMs) return;
    this.#isGathering = true;
    this.#work = this.#work.then(async () => {
      this.#isGathering = false;
      await this.#gather().catch((error: unknown) => this.#giveUpGathering(error));
    });
  }

  /**
   * Links everything there is and writes the files.
   * @param signal gives it up: what is linked by then is linked by the next settlement
   * @throws {PawlError} `linking_out_of_memory`; what writing throws
   */
  async settle(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const giveUp = () => {
      this.#abort.abort();
      void this.#drop();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#work;
      if (this.#outOfMemory !== null) throw this.#outOfMemory;
      await this.#settleAll(signal);
    } catch (error) {
      await this.#drop();
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort();
    await this.#drop();
    await this.#work;
    await this.#drop(); // what was being opened then
  }

  async #gather(): Promise<void> {
    if (this.#isClosed || (await this.#takeUp(0)) === 'taken_back') return;
    const { clock } = this.#options;
    if (clock.now() < this.#nextPassAtMs || this.#open?.isBehind !== true) return;
    const startedAtMs = clock.now();
    await this.#pass(this.#open, false);
    const tookMs = clock.now() - startedAtMs;
    this.#nextPassAtMs = clock.now() + Math.max(MIN_PASS_INTERVAL_MS, tookMs / PASS_SHARE);
  }

  /** The settlement tries again where that may help, and says what is wrong if it still is. */
  async #giveUpGathering(error: unknown): Promise<void> {
    if (error instanceof StageError) {
      this.#quietUntilMs = this.#options.clock.now() + QUIET_MS;
      return;
    }
    this.#hasFailed = true;
    if (isPawlError(error, 'linking_out_of_memory')) this.#outOfMemory = error;
    await this.#drop();
  }

  async #settleAll(signal: AbortSignal): Promise<void> {
    const { checkpoint, folder, run } = this.#options;
    await this.#linkAll(signal).catch(async (error: unknown) => {
      if (!(error instanceof StageError)) throw error;
      await this.#drop();
      this.#withoutEmbeddings = `embeddings by ${this.#options.models.embeddings?.model} (${messageOf(error)})`;
      await this.#linkAll(signal);
    });
    if (signal.aborted) return;
    const missing = [this.#withoutEmbeddings, await this.#tell()].filter((what) => what !== null);
    await checkpoint.sayMissing(run, missing.length === 0 ? null : missing.join('; without '), this.#author());
    await writeStorylineFiles(checkpoint, folder);
  }

  /** @returns what is missing of what a model is to write; null for nothing */
  async #tell(): Promise<string | null> {
    const { checkpoint, run, call, clock, models } = this.#options;
    const { signal } = this.#abort;
    const author = () => this.#author();
    const model = models.summaries;
    const { told, untold, missing } = await tellStorylines({ checkpoint, run, model, call, clock, signal, author });
    if (model !== null && told + untold > 0) {
      const details = { told, untold, by: `${model.provider} ${model.model}` };
      await checkpoint.note({ event: 'storylines_told', reason: null, run, details }, author());
    }
    return missing;
  }

  async #linkAll(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted || (await this.#isSettled())) break;
      if ((await this.#takeUp(PATIENCE_MS)) === 'taken_back') continue;
      const open = await this.#opened();
      if ((await this.#pass(open, true)) === 'saved') break;
    }
  }

  /** Whether everything there is was linked before, with these weights. */
  async #isSettled(): Promise<boolean> {
    const { checkpoint, weights } = this.#options;
    return weights === null && isSettledWith(checkpoint, this.#embeddings());
  }

  /** The embedding model whose vectors are to be used; null for none. */
  #embeddings(): string | null {
    const { embeddings } = this.#options.models;
    if (embeddings === null || this.#withoutEmbeddings !== null) return null;
    return `${embeddings.provider} ${embeddings.model}`;
  }

  /**
   * Takes up every result that is saved.
   * @param patienceMs how long an embedding model that is down is waited for
   * @returns `taken_back` when results were, so that linking begins anew
   * @throws {StageError} when an embedding model does not give what it was asked for
   */
  async #takeUp(patienceMs: number): Promise<'all' | 'taken_back'> {
    const { checkpoint, run } = this.#options;
    const open = await this.#opened();
    for (;;) {
      const results = await checkpoint.results({ afterSeq: open.resultSeq, ...PAGE });
      const last = results.at(-1);
      if (last === undefined) {
        const isSame = (await checkpoint.batch()).resultsEpoch === (await checkpoint.linking())?.epoch;
        if (isSame) return 'all';
        break;
      }
      const meanings = await this.#meaningsOf(results, patienceMs);
      const documents = await open.thread.call(
        'add',
        results.map(({ resultSeq, result }, i) => ({
          resultSeq,
          result,
          ...(meanings === null ? {} : { meanings: meanings[i]! }),
        })),
      );
      open.isBehind = true;
      if (!(await checkpoint.addLinkedDocuments(run, documents, this.#author()))) break;
      open.resultSeq = last.resultSeq;
    }
    await this.#drop();
    return 'taken_back';
  }

  /** What an embedding model makes of each result; null where none is asked. */
  async #meaningsOf(results: readonly StoredResult[], patienceMs: number): Promise<DocumentMeanings[] | null> {
    const { models, call, clock } = this.#options;
    const { embeddings } = models;
    if (embeddings === null || this.#embeddings() === null) return null;
    const parsed = results.map(readResult);
    const { signal } = this.#abort;
    return withPatience(() => meaningsOf(parsed, embeddings, signal, call), { patienceMs, clock, signal });
  }

  async #pass(open: OpenThread, settles: boolean): Promise<'saved' | 'taken_back'> {
    const { checkpoint, run } = this.#options;
    const { changes, ...pass } = await open.thread.call('link');
    const storylines: StorylineRow[] = [];
    for (;;) {
      const page = await open.thread.call('compose');
      if (page.length === 0) break;
      storylines.push(...page);
    }
    const update = { ...pass, storylines, settlement: settles ? { changes } : null };
    const isSaved = await checkpoint.saveLinking(run, update, this.#author());
    if (!isSaved) {
      await this.#drop();
      return 'taken_back';
    }
    open.isBehind = false;
    if (settles) await open.thread.call('settle');
    return 'saved';
  }

  /** The thread with what the checkpoint holds. */
  async #opened(): Promise<OpenThread> {
    if (this.#open !== null) return this.#open;
    const { checkpoint, memoryMb } = this.#options;
    const thread = new LinkThread(memoryMb, (query) => checkpoint.keptBytes(query)); // it starts while the state is read
    try {
      const state = await this.#prepare();
      const open: OpenThread = { thread, resultSeq: state.resultSeq, isBehind: false };
      this.#open = open;
      await thread.call('open', weightsOf(state), await this.#settledDocuments());
      for await (const documents of readAhead(this.#linkedDocuments())) {
        await thread.call('restore', documents);
        open.isBehind ||= documents.areLinked.includes(false);
      }
      return open;
    } catch (error) {
      this.#open = null;
      await thread.close();
      throw error;
    }
  }

  async *#linkedDocuments(): AsyncGenerator<LinkedDocumentColumns> {
    for (let afterSeq = 0; ; ) {
      const documents = await this.#options.checkpoint.linkedDocuments({ afterSeq, ...RESTORED_PAGE });
      const last = documents.resultSeqs.at(-1);
      if (last === undefined) return;
      yield documents;
      afterSeq = last;
    }
  }

  /** Makes the state in the checkpoint one of the present results and weights. */
  async #prepare(): Promise<LinkingState> {
    const { checkpoint, run, weights: wanted } = this.#options;
    const state = await checkpoint.linking();
    const { resultsEpoch: epoch } = await checkpoint.batch();
    const weights = wanted === null ? (state?.weights ?? null) : wanted === 'builtin' ? null : wanted;
    const embeddings = this.#embeddings();
    const isReadable =
      state !== null && state.epoch === epoch && state.format === SKETCH_FORMAT && state.embeddings === embeddings;
    if (isReadable && state.weights === weights) return state;
    const anew = { epoch, format: SKETCH_FORMAT, weights, embeddings, keepSketches: isReadable };
    await checkpoint.resetLinking(run, anew, this.#author());
    return (await checkpoint.linking())!;
  }

  async #settledDocuments(): Promise<(readonly [string, string])[]> {
    const all: (readonly [string, string])[] = [];
    for (let afterSeq = 0; ; ) {
      const page = await this.#options.checkpoint.settledDocuments({ afterSeq, limit: SETTLED_PAGE });
      for (const { documentId, storylineId } of page) all.push([documentId, storylineId]);
      const last = page.at(-1);
      if (last === undefined) return all;
      afterSeq = last.seq;
    }
  }

  async #drop(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.thread.close();
  }

  #author(): Authorship {
    return { atMs: this.#options.clock.now(), by: this.#options.by };
  }
}

/** Whether every result of a batch is linked as its settings say, its storylines are settled and lack nothing. */
export async function isLinked(checkpoint: Checkpoint): Promise<boolean> {
  const { embeddings, summaries } = (await checkpoint.batch()).settings;
  const state = await checkpoint.linking();
  if (state === null || state.missing !== null) return false;
  if (state.storylines > 0 && (state.summaries === null) !== (summaries === null)) return false;
  return isSettledWith(checkpoint, embeddings === null ? null : embeddingName(parseEmbeddingAddress(embeddings)));
}

/** @param embeddings the model whose vectors are to be used; null for none */
async function isSettledWith(checkpoint: Checkpoint, embeddings: string | null): Promise<boolean> {
  const state = await checkpoint.linking();
  if (state === null || state.settledSeq === null || state.format !== SKETCH_FORMAT) return false;
  if (state.embeddings !== embeddings) return false;
  const unseen = await checkpoint.results({ afterSeq: state.settledSeq, limit: 1, maxBytes: 1 });
  return unseen.length === 0 && (await checkpoint.batch()).resultsEpoch === state.epoch;
}

function weightsOf({ weights }: LinkingState): LinkWeights {
  return weights === null ? loadDefaultWeights() : parseWeights(weights, 'The weights of the batch');
}

/** Notes in the history that linking failed: the batch has all its results, and can be linked later. */
export async function noteLinkingFailure(
  checkpoint: Checkpoint,
  error: unknown,
  run: number | null,
  author: Authorship,
): Promise<void> {
  if (isPawlError(error, 'lease_lost')) return;
  const entry = { event: 'linking_failed', reason: messageOf(error), run, details: {} };
  await checkpoint.note(entry, author).catch(() => undefined); // the run ends over that, with a reason of its own
}
