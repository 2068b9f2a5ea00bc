import type { Authorship, Checkpoint, DocumentRecord, SettledDocument } from '../checkpoint/checkpoint.ts';
import type { Clock } from './clock.ts';

// Group commit: outcomes that arrive while a commit is on disk, or soon after the last one began, share the next one; a
// lone outcome waits for nobody. Nothing is counted before its commit has returned (guarantee G1), and what is waiting is
// bounded: `push` makes the lanes wait when the disk is slower.

/**
 * Commits begin this far apart in milliseconds, unless there is a full group or somebody waits for the rest: each costs an fsync
 * and a wake of the checkpoint's thread, however little it holds.
 */
const SPACING_MS = 20;

/** Outcomes one commit takes at most. */
const MAX_GROUP = 256;
/** Characters of results one commit takes at most, beyond its first. */
const MAX_GROUP_CHARS = 8 * 1024 * 1024;

export interface CommittedGroup {
  readonly settled: readonly SettledDocument[];
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
  #waiting: DocumentRecord[] = [];
  #waitingChars = 0;
  #room: PromiseWithResolvers<void> | null = null;
  #writing: Promise<void> | null = null;
  #lastBegunAtMs = Number.NEGATIVE_INFINITY;
  /** Cuts the wait between two commits short. */
  #hurry = new AbortController();
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
  push(record: DocumentRecord): Promise<void> {
    if (this.#broken) return Promise.resolve();
    this.#waiting.push(record);
    this.#waitingChars += charsOf(record);
    this.#writing ??= this.#write();
    if (!this.#isFull()) return Promise.resolve();
    this.#hurry.abort();
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /** Resolves when everything pushed so far is saved, or cannot be. */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    this.#hurry.abort();
    while (this.#writing !== null) await this.#writing;
    this.#isFlushing = false;
  }

  #isFull(): boolean {
    return this.#waiting.length >= MAX_GROUP || this.#waitingChars >= MAX_GROUP_CHARS;
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // lanes that end in this very turn share the first group too
    while (this.#waiting.length > 0 && !this.#broken) {
      await this.#gather();
      const group = this.#takeGroup();
      this.#makeRoom();
      try {
        const counts = await this.#checkpoint.commit(this.#run, group, this.#author());
        this.#onCommitted({ settled: group.filter(isOutcome), ...counts });
      } catch (error) {
        this.#breakDown(error);
      }
    }
    this.#writing = null;
  }

  /** Waits for others to share the commit with. */
  async #gather(): Promise<void> {
    const waitMs = Math.min(SPACING_MS, this.#lastBegunAtMs + SPACING_MS - this.#clock.now()); // a clock may be set back
    if (waitMs > 0 && !this.#isFull() && !this.#isFlushing) {
      this.#hurry = new AbortController();
      await this.#clock.sleep(waitMs, this.#hurry.signal).catch(() => undefined);
    }
    this.#lastBegunAtMs = this.#clock.now();
  }

  #takeGroup(): DocumentRecord[] {
    let chars = 0;
    let count = 0;
    for (const record of this.#waiting) {
      chars += charsOf(record);
      if (count > 0 && (count >= MAX_GROUP || chars > MAX_GROUP_CHARS)) break;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingChars = this.#waiting.reduce((sum, record) => sum + charsOf(record), 0);
    return group;
  }

  #breakDown(error: unknown): void {
    this.#broken = true;
    this.#waiting = [];
    this.#makeRoom();
    this.#onError(error);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}

function isOutcome(record: DocumentRecord): record is SettledDocument {
  return record.kind !== 'spent';
}

function charsOf(record: DocumentRecord): number {
  switch (record.kind) {
    case 'processed':
      return record.result.length;
    case 'failed':
      return record.failure.message.length;
    case 'spent':
      return 0;
  }
}
