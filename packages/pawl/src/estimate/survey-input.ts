import type { InputLine } from '../checkpoint/checkpoint.ts';
import type { BatchSettings } from '../domain/batch.ts';
import type { OpenInput } from '../intake/open-input.ts';
import { parseLine } from '../intake/parse-line.ts';
import { splitLines } from '../intake/split-lines.ts';
import { toInputDocument } from '../intake/to-input-document.ts';

export type DocumentLine = Extract<InputLine, { kind: 'document' }>;

/** What an input holds, read once. */
export interface Survey {
  readonly documents: number;
  /** Lines that are no document. */
  readonly rejected: number;
  /** Of the documents' texts, UTF-8. */
  readonly textBytes: number;
  readonly sample: readonly DocumentLine[];
}

/** Of all sampled documents together; a sample of very large ones has fewer. */
const MAX_SAMPLE_BYTES = 64 * 1024 * 1024;

/**
 * Reads an input to its end, with memory for the sample alone. The sample are the documents whose content has the smallest
 * hashes (bottom-k sampling): as good as chance, but the same each time, and a larger one holds the smaller.
 */
export async function surveyInput(input: OpenInput, settings: BatchSettings, sampleSize: number): Promise<Survey> {
  const sample = new BottomSample(sampleSize);
  let documents = 0;
  let rejected = 0;
  let textBytes = 0;
  for await (const raws of splitLines(input.chunks(), settings.maxLineBytes)) {
    for (const raw of raws) {
      if (raw.kind === 'blank') continue;
      const line = raw.kind === 'line' ? parseLine(raw.bytes, raw.number, settings.fields) : null;
      if (line?.kind !== 'document') {
        rejected += 1;
        continue;
      }
      documents += 1;
      textBytes += textBytesOf(line, settings);
      sample.offer(line);
    }
  }
  return { documents, rejected, textBytes, sample: sample.lines };
}

/** The size of a document by which others are judged. */
export function textBytesOf({ source, documentId }: DocumentLine, { fields }: BatchSettings): number {
  return Buffer.byteLength(toInputDocument(source, documentId, fields).text);
}

/** The lines with the smallest hashes of those offered, each content once. */
class BottomSample {
  readonly #size: number;
  #lines: DocumentLine[] = [];
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get lines(): readonly DocumentLine[] {
    return this.#lines;
  }

  offer(line: DocumentLine): void {
    const last = this.#lines.at(-1);
    if (this.#lines.length >= this.#size && (last === undefined || line.contentHash >= last.contentHash)) return;
    const at = this.#lines.findIndex(({ contentHash }) => contentHash >= line.contentHash);
    if (this.#lines[at]?.contentHash === line.contentHash) return;
    this.#lines.splice(at < 0 ? this.#lines.length : at, 0, line);
    this.#bytes += line.source.length;
    while (this.#lines.length > this.#size || (this.#bytes > MAX_SAMPLE_BYTES && this.#lines.length > 1)) {
      this.#bytes -= this.#lines.pop()?.source.length ?? 0;
    }
  }
}
