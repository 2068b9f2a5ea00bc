import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

// Which documents a run is working on, for whoever comes after a death of its process: one small file a run, so that a run
// that was taken over cannot disturb its heir. Written without fsync: it need not survive a power cut, which no document
// has caused. Layout: count, then that many sequence numbers, as 64-bit floats.

const WORD_BYTES = Float64Array.BYTES_PER_ELEMENT;

export class InFlightJournal {
  readonly #folder: string;
  readonly #open = new Set<number>();
  #run: number | null = null;
  #file: number | null = null;

  /** @param folder the batch's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a run left behind; empty when it left nothing. */
  read(run: number): number[] {
    const bytes = this.#readFile(run);
    if (bytes === null) return [];
    const words = new Float64Array(Math.floor(bytes.length / WORD_BYTES));
    new Uint8Array(words.buffer).set(bytes.subarray(0, words.byteLength));
    const count = words[0] ?? 0;
    // A count beyond the file is a torn write: whoever wrote it had not begun its documents.
    return count < words.length ? [...words.subarray(1, 1 + count)] : [];
  }

  /** Removes what a run left behind. */
  drop(run: number): void {
    if (run === this.#run) this.close();
    rmSync(this.#pathOf(run), { force: true });
  }

  add(run: number, seqs: readonly number[]): void {
    for (const seq of seqs) this.#open.add(seq);
    this.#write(run);
  }

  /** Documents that were given up: they must not be blamed. */
  remove(run: number, seqs: readonly number[]): void {
    this.forget(seqs);
    this.#write(run);
  }

  /** Documents that have an outcome: a stale entry of theirs does no harm, so this waits for the next write. */
  forget(seqs: readonly number[]): void {
    for (const seq of seqs) this.#open.delete(seq);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#run = null;
    this.#open.clear();
  }

  #write(run: number): void {
    const words = new Float64Array(1 + this.#open.size);
    words[0] = this.#open.size;
    words.set([...this.#open], 1);
    writeSync(this.#fileOf(run), words, 0, words.byteLength, 0);
  }

  #fileOf(run: number): number {
    if (this.#file !== null && this.#run === run) return this.#file;
    if (this.#file !== null) closeSync(this.#file);
    this.#file = openSync(this.#pathOf(run), 'w');
    this.#run = run;
    return this.#file;
  }

  #readFile(run: number): Buffer | null {
    try {
      return readFileSync(this.#pathOf(run));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #pathOf(run: number): string {
    return join(this.#folder, `in-flight-${run}.journal`);
  }
}
