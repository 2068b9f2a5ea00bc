import type { Authorship, Checkpoint, SettledDocument } from '../checkpoint/checkpoint.ts';

// Group commit: outcomes that arrive while a commit is on disk share the next one. Nothing is counted before its commit
// has returned (guarantee G1), and what is waiting is bounded: `push` makes the lanes wait when the disk is slower.

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
  readonly #author: () => Authorship;
  readonly #onCommitted: (group: CommittedGroup) => void;
  readonly #onError: (error: unknown) => void;
  #waiting: SettledDocument[] = [];
  #waitingChars = 0;
  #room: PromiseWithResolvers<void> | null = null;
  #writing: Promise<void> | null = null;
  #broken = false;

  constructor(options: {
    readonly checkpoint: Checkpoint;
    readonly run: number;
    readonly author: () => Authorship;
    readonly onCommitted: (group: CommittedGroup) => void;
    /** Called once: nothing can be saved any more, what waits is dropped and stays without an outcome. */
    readonly onError: (error: unknown) => void;
  }) {
    this.#checkpoint = options.checkpoint;
    this.#run = options.run;
    this.#author = options.author;
    this.#onCommitted = options.onCommitted;
    this.#onError = options.onError;
  }

  /** Takes an outcome; resolves when there is room for another. */
  push(settled: SettledDocument): Promise<void> {
    if (this.#broken) return Promise.resolve();
    this.#waiting.push(settled);
    this.#waitingChars += charsOf(settled);
    this.#writing ??= this.#write();
    if (this.#waiting.length < MAX_GROUP && this.#waitingChars < MAX_GROUP_CHARS) return Promise.resolve();
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /** Resolves when everything pushed so far is saved, or cannot be. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // lanes that end in this very turn share the first group too
    while (this.#waiting.length > 0 && !this.#broken) {
      const group = this.#takeGroup();
      this.#makeRoom();
      try {
        const counts = await this.#checkpoint.commit(this.#run, group, this.#author());
        this.#onCommitted({ settled: group, ...counts });
      } catch (error) {
        this.#breakDown(error);
      }
    }
    this.#writing = null;
  }

  #takeGroup(): SettledDocument[] {
    let chars = 0;
    let count = 0;
    for (const settled of this.#waiting) {
      chars += charsOf(settled);
      if (count > 0 && (count >= MAX_GROUP || chars > MAX_GROUP_CHARS)) break;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingChars = this.#waiting.reduce((sum, settled) => sum + charsOf(settled), 0);
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

function charsOf(settled: SettledDocument): number {
  return settled.kind === 'processed' ? settled.result.length : settled.failure.message.length;
}
