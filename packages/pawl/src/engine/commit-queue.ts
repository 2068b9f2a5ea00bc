import type { Authorship, Checkpoint, SettledDocument, Spending } from '../checkpoint/checkpoint.ts';
import type { Clock } from './clock.ts';
import { CommitGroup } from './commit-group.ts';

// Group commit: outcomes that arrive while a commit is on disk, or soon after the last one began, share the next one; a
// lone outcome waits for nobody. Nothing is counted before its commit has returned (guarantee G1), and what is waiting is
// bounded: `push` makes the lanes wait when the disk is slower.

/**
 * Commits begin this far apart in milliseconds, unless there is a full group or somebody waits for the rest: each costs an fsync
 * and a wake of the checkpoint's thread, however little it holds.
 */
const SPACING_MS = 20;

/** Full groups that wait for the disk before lanes do: it takes its time now and then. */
const MAX_FULL_GROUPS = 2;

export interface CommittedGroup {
  /** Documents that have an outcome now. */
  readonly seqs: readonly number[];
  readonly processed: number;
  readonly failed: number;
}

export class CommitQueue {
  readonly #checkpoint: Checkpoint;
  readonly #run: number;
  readonly #clock: Clock;
  readonly #author: () => Authorship;
  readonly #onCommitted: (group: CommittedGroup) => void;
  readonly #onError: (error: unknown) => void;
  #groups: CommitGroup[] = [];
  #room: PromiseWithResolvers<void> | null = null;
  #writing: Promise<void> | null = null;
  #lastBegunAtMs = Number.NEGATIVE_INFINITY;
  /** Cuts the wait between two commits short, while there is one. */
  #hurry: AbortController | null = null;
  #isFlushing = false;
  #broken = false;

  constructor(options: {
    readonly checkpoint: Checkpoint;
    readonly run: number;
    readonly clock: Clock;
    readonly author: () => Authorship;
    readonly onCommitted: (group: CommittedGroup) => void;
    /** Called once: nothing can be saved any more, what waits is dropped and stays without an outcome. */
    readonly onError: (error: unknown) => void;
  }) {
    this.#checkpoint = options.checkpoint;
    this.#run = options.run;
    this.#clock = options.clock;
    this.#author = options.author;
    this.#onCommitted = options.onCommitted;
    this.#onError = options.onError;
  }

  /** Takes an outcome, or what was paid on the way to one; resolves when there is room for another. Saved in this order. */
  push(record: SettledDocument | Spending): Promise<void> {
    if (this.#broken) return Promise.resolve();
    const group = this.#openGroup();
    group.add(record);
    this.#writing ??= this.#write();
    if (group.isFull) this.#hurry?.abort();
    if (this.#fullGroups < MAX_FULL_GROUPS) return Promise.resolve();
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /** Resolves when everything pushed so far is saved, or cannot be. */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    this.#hurry?.abort();
    while (this.#writing !== null) await this.#writing;
    this.#isFlushing = false;
  }

  get #fullGroups(): number {
    const isLastFull = this.#groups.at(-1)?.isFull ?? true;
    return isLastFull ? this.#groups.length : this.#groups.length - 1;
  }

  /** The last group if it takes more, else a new one. */
  #openGroup(): CommitGroup {
    const last = this.#groups.at(-1);
    if (last !== undefined && !last.isFull) return last;
    const group = new CommitGroup();
    this.#groups.push(group);
    return group;
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // lanes that end in this very turn share the first group too
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      await this.#gather(group);
      this.#groups.shift();
      this.#makeRoom();
      await this.#commit(group);
    }
    this.#writing = null;
  }

  async #commit({ records }: CommitGroup): Promise<void> {
    try {
      const counts = await this.#checkpoint.commit(this.#run, records, this.#author());
      const seqs = records.filter(({ kind }) => kind !== 'spent').map(({ seq }) => seq);
      this.#onCommitted({ seqs, ...counts });
    } catch (error) {
      this.#breakDown(error);
    }
  }

  /** Waits for others to share the commit with. */
  async #gather(group: CommitGroup): Promise<void> {
    const waitMs = Math.min(SPACING_MS, this.#lastBegunAtMs + SPACING_MS - this.#clock.now()); // a clock may be set back
    if (waitMs > 0 && !group.isFull && !this.#isFlushing) {
      this.#hurry = new AbortController();
      await this.#clock.sleep(waitMs, this.#hurry.signal).catch(() => undefined);
      this.#hurry = null;
    }
    this.#lastBegunAtMs = this.#clock.now();
  }

  #breakDown(error: unknown): void {
    this.#broken = true;
    this.#groups = [];
    this.#makeRoom();
    this.#onError(error);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}
