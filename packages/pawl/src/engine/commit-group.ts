import type { DocumentRecord, SettledDocument, Spending } from '../checkpoint/checkpoint.ts';
import { TextPacker } from './text-packer.ts';

/** Records that one commit takes at most. */
const MAX_RECORDS = 512;
/** Bytes of results that one commit takes at most, beyond its last. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What is saved by one commit: outcomes, and what was paid on the way to them, in the order in which they came. */
export class CommitGroup {
  readonly records: DocumentRecord[] = [];
  readonly #texts = new TextPacker();
  #bytes = 0;

  /** Whether it takes no more. */
  get isFull(): boolean {
    return this.records.length >= MAX_RECORDS || this.#bytes >= MAX_BYTES;
  }

  add(record: SettledDocument | Spending): void {
    if (record.kind !== 'processed') {
      this.records.push(record);
      return;
    }
    const result = this.#texts.pack(record.result);
    this.#bytes += result.length;
    this.records.push({ ...record, result });
  }
}
