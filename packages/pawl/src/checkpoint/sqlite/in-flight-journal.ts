import { closeSync, openSync, readSync, writeSync } from 'node:fs';

// Which documents are being worked on, for whoever comes after a death of the process. Written without fsync: it need not
// survive a power cut, which no document has caused. Layout: count, then that many sequence numbers, as 64-bit floats.

const WORD_BYTES = 8;

export class InFlightJournal {
  readonly #path: string;
  readonly #open = new Set<number>();
  #file: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** What an earlier process left behind. */
  read(): number[] {
    const words = this.#readWords();
    const count = words[0] ?? 0;
    // A count beyond the file is a torn write: whoever wrote it had not begun its documents.
    return count < words.length ? [...words.subarray(1, 1 + count)] : [];
  }

  /** Forgets everything. */
  clear(): void {
    this.#open.clear();
    this.#write();
  }

  add(seqs: readonly number[]): void {
    for (const seq of seqs) this.#open.add(seq);
    this.#write();
  }

  /** Documents that were given up: they must not be blamed. */
  remove(seqs: readonly number[]): void {
    this.forget(seqs);
    this.#write();
  }

  /** Documents that have an outcome: a stale entry of theirs does no harm, so this waits for the next write. */
  forget(seqs: readonly number[]): void {
    for (const seq of seqs) this.#open.delete(seq);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #write(): void {
    const words = new Float64Array(1 + this.#open.size);
    words[0] = this.#open.size;
    words.set([...this.#open], 1);
    writeSync(this.#descriptor(), words, 0, words.byteLength, 0);
  }

  #readWords(): Float64Array {
    const chunk = Buffer.alloc(1 << 20);
    const bytes = readSync(this.#descriptor(), chunk, 0, chunk.length, 0);
    return new Float64Array(chunk.buffer, chunk.byteOffset, Math.floor(bytes / WORD_BYTES));
  }

  #descriptor(): number {
    // 'a+' would append whatever the position, 'r+' needs the file to exist.
    this.#file ??= openOrCreate(this.#path);
    return this.#file;
  }
}

function openOrCreate(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(path, 'wx+');
  }
}
