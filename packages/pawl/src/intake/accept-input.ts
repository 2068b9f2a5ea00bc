import type { AcceptanceRecord, AcceptanceTally, Authorship, Checkpoint, InputLine } from '../checkpoint/checkpoint.ts';
import type { BatchSettings } from '../domain/batch.ts';
import type { OpenInput } from './open-input.ts';
import { parseLine, tooLong } from './parse-line.ts';
import { type RawLine, splitLines } from './split-lines.ts';

/** Lines, and bytes of lines, that are saved together. */
const MAX_GROUP_LINES = 500;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;

export interface AcceptanceProgress {
  readonly lines: number;
  readonly bytesRead: number;
  /** Null where the size is not known. */
  readonly sizeBytes: number | null;
  readonly tally: AcceptanceTally;
}

export interface AcceptOptions {
  readonly reprocessChanged: boolean;
  readonly author: () => Authorship;
  /** Called after each saved group. */
  readonly onProgress?: (progress: AcceptanceProgress) => void;
}

/**
 * Reads an input into a batch. When it returns, every line is saved (G8); when it is killed, repeating it gives the same.
 * @throws {PawlError} `input_unreadable` after what could be read was saved; what saving throws
 */
export async function acceptInput(
  checkpoint: Checkpoint,
  input: OpenInput,
  settings: BatchSettings,
  options: AcceptOptions,
): Promise<AcceptanceRecord> {
  const acceptance = await checkpoint.beginAcceptance(input.source, options.author());
  const group = new LineGroup(checkpoint, acceptance, options, (tally, lines) =>
    options.onProgress?.({ lines, bytesRead: input.bytesRead(), sizeBytes: input.sizeBytes, tally }),
  );
  let lines = 0;
  let blankLines = 0;
  try {
    for await (const raws of splitLines(input.chunks(), settings.maxLineBytes)) {
      for (const raw of raws) {
        lines = raw.number;
        if (raw.kind === 'blank') blankLines += 1;
        else group.add(parse(raw, settings), sizeOf(raw));
        if (group.isFull) await group.save(lines);
      }
    }
  } finally {
    await group.flush(lines);
  }
  return checkpoint.endAcceptance(acceptance, { lines, blankLines, inputSha256: input.sha256() }, options.author());
}

function parse(raw: Exclude<RawLine, { kind: 'blank' }>, settings: BatchSettings): InputLine {
  if (raw.kind === 'line') return parseLine(raw.bytes, raw.number, settings.fields);
  return tooLong(raw.number, raw.beginning, raw.length, settings.maxLineBytes, raw.sha256);
}

function sizeOf(raw: Exclude<RawLine, { kind: 'blank' }>): number {
  return raw.kind === 'line' ? raw.bytes.length : raw.beginning.length;
}

/** Gathers lines; one group is on disk while the next is parsed. */
class LineGroup {
  readonly #checkpoint: Checkpoint;
  readonly #acceptance: number;
  readonly #options: AcceptOptions;
  readonly #onSaved: (tally: AcceptanceTally, lines: number) => void;
  #lines: InputLine[] = [];
  #bytes = 0;
  #saving: Promise<void> = Promise.resolve();
  #tally: AcceptanceTally = { added: 0, known: 0, changed: 0, replaced: 0, rejected: 0 };

  constructor(
    checkpoint: Checkpoint,
    acceptance: number,
    options: AcceptOptions,
    onSaved: (tally: AcceptanceTally, lines: number) => void,
  ) {
    this.#checkpoint = checkpoint;
    this.#acceptance = acceptance;
    this.#options = options;
    this.#onSaved = onSaved;
  }

  get isFull(): boolean {
    return this.#lines.length >= MAX_GROUP_LINES || this.#bytes >= MAX_GROUP_BYTES;
  }

  add(line: InputLine, bytes: number): void {
    this.#lines.push(line);
    this.#bytes += bytes;
  }

  async flush(lineNumber: number): Promise<void> {
    await this.save(lineNumber);
    await this.#saving;
  }

  /** Waits for the group before, then begins to save this one. */
  async save(lineNumber: number): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    await this.#saving;
    if (lines.length === 0) return;
    const { reprocessChanged, author } = this.#options;
    this.#saving = this.#checkpoint.accept(this.#acceptance, lines, { reprocessChanged }, author()).then((tally) => {
      this.#tally = addTallies(this.#tally, tally);
      this.#onSaved(this.#tally, lineNumber);
    });
    this.#saving.catch(() => undefined); // whoever awaits it sees the error
  }
}

function addTallies(a: AcceptanceTally, b: AcceptanceTally): AcceptanceTally {
  return {
    added: a.added + b.added,
    known: a.known + b.known,
    changed: a.changed + b.changed,
    replaced: a.replaced + b.replaced,
    rejected: a.rejected + b.rejected,
  };
}
