import type { Checkpoint, PendingDocument } from '../checkpoint/checkpoint.ts';

// Hands documents without an outcome to the lanes, in order, each once. Reads them in bounded pages, so that memory
// does not depend on the batch; notes each as begun before it is handed out, so that a death of the process is counted to
// the documents that were in flight and to no others. Suspects come last and alone: whoever dies then has done it.

const PAGE_LIMIT = 512;
const PAGE_BYTES = 8 * 1024 * 1024;

type Taker = (document: PendingDocument | null) => void;

export class Dispatcher {
  readonly #checkpoint: Checkpoint;
  readonly #run: number;
  readonly #onError: (error: unknown) => void;
  /** Handed out and without a saved outcome. */
  readonly #open = new Set<number>();
  #takers: Taker[] = [];
  #page: PendingDocument[] = [];
  #next = 0;
  #afterSeq = 0;
  #ahead: Promise<readonly PendingDocument[]> | null = null;
  #suspects = false;
  #pumping = false;
  #again = false;
  #ended = false;
  #hasPostponed = false;

  constructor(options: {
    readonly checkpoint: Checkpoint;
    readonly run: number;
    /** Called once when the checkpoint cannot be read or written; nothing is handed out after that. */
    readonly onError: (error: unknown) => void;
  }) {
    this.#checkpoint = options.checkpoint;
    this.#run = options.run;
    this.#onError = options.onError;
  }

  /** Documents handed out and without a saved outcome. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** The next document, or null when there is none left or the dispatcher has ended. */
  take(): Promise<PendingDocument | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#pump();
    });
  }

  /** Says that outcomes are saved. */
  settled(seqs: Iterable<number>): void {
    for (const seq of seqs) this.#open.delete(seq);
    this.#pump();
  }

  /** Takes a document back unharmed; it is not handed out again by this dispatcher's end. */
  async giveBack(seq: number): Promise<void> {
    await this.#checkpoint.giveBack(this.#run, [seq]);
    this.#open.delete(seq);
    this.#pump();
  }

  /** Whether documents were taken back that are to be taken up again later. */
  get hasPostponed(): boolean {
    return this.#hasPostponed;
  }

  /** Takes a document back that is to be taken up again, by another dispatcher: this one ends once it has handed out all others. */
  async postpone(seq: number): Promise<void> {
    this.#hasPostponed = true;
    await this.giveBack(seq);
  }

  /** From now on nothing is handed out. */
  end(): void {
    this.#ended = true;
    const takers = this.#takers;
    this.#takers = [];
    for (const taker of takers) taker(null);
  }

  #pump(): void {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    // In the next turn of the event loop, so that lanes that became free together are served by one write, and answers of the
    // checkpoint come in between however quick the lanes are.
    setImmediate(() => {
      this.#serve()
        .catch((error: unknown) => {
          this.end();
          this.#onError(error);
        })
        .finally(() => {
          this.#pumping = false;
          if (this.#again) {
            this.#again = false;
            this.#pump();
          }
        });
    });
  }

  async #serve(): Promise<void> {
    while (this.#takers.length > 0 && !this.#ended) {
      if (this.#next >= this.#page.length && !(await this.#turnPage())) return;
      const count = Math.min(this.#takers.length, this.#page.length - this.#next, this.#allowance());
      if (count <= 0) return; // served again when an outcome is saved
      await this.#handOut(count);
    }
  }

  /** Suspects run alone. */
  #allowance(): number {
    if (!this.#suspects) return Number.POSITIVE_INFINITY;
    return this.#open.size === 0 ? 1 : 0;
  }

  async #handOut(count: number): Promise<void> {
    const documents = this.#page.slice(this.#next, this.#next + count);
    this.#next += count;
    const seqs = documents.map((document) => document.seq);
    await this.#checkpoint.begin(this.#run, seqs);
    if (this.#ended) return this.#checkpoint.giveBack(this.#run, seqs);
    for (const document of documents) {
      this.#open.add(document.seq);
      this.#takers.shift()?.(document);
    }
  }

  /** @returns false when there is nothing to hand out now */
  async #turnPage(): Promise<boolean> {
    const page = await (this.#ahead ?? this.#read());
    this.#ahead = null;
    if (page.length > 0) {
      this.#page = [...page];
      this.#next = 0;
      this.#afterSeq = page.at(-1)?.seq ?? this.#afterSeq;
      if (!this.#suspects) this.#ahead = this.#read();
      this.#ahead?.catch(() => undefined); // whoever awaits it sees the error
      return true;
    }
    if (this.#open.size > 0) return false; // their outcomes decide whether there is more
    return this.#lookAgain();
  }

  /** At the end: documents added or retried meanwhile, then the suspects, then nothing more. */
  async #lookAgain(): Promise<boolean> {
    if (this.#hasPostponed) {
      this.end(); // the postponed are pending too, and would be handed out at once
      return false;
    }
    this.#suspects = false;
    this.#afterSeq = 0;
    if (await this.#fill()) return true;
    this.#suspects = true;
    if (await this.#fill()) return true;
    this.end();
    return false;
  }

  async #fill(): Promise<boolean> {
    this.#page = [...(await this.#read())];
    this.#next = 0;
    this.#afterSeq = this.#page.at(-1)?.seq ?? 0;
    return this.#page.length > 0;
  }

  #read(): Promise<readonly PendingDocument[]> {
    const afterSeq = this.#afterSeq;
    return this.#checkpoint.pending({ afterSeq, limit: PAGE_LIMIT, maxBytes: PAGE_BYTES, suspects: this.#suspects });
  }
}
