import type { Finding } from '../checkpoint/checkpoint.ts';

/** Beyond this many findings the rest is counted only. */
const MAX_FINDINGS = 50;

/** Findings in the order they are met, bounded. */
export class FindingList {
  readonly #findings: Finding[] = [];
  #more = 0;

  /** How many there were. */
  get count(): number {
    return this.#findings.length + this.#more;
  }

  add(check: string, message: string, remedy: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ check, message, remedy });
    else this.#more += 1;
  }

  all(): readonly Finding[] {
    if (this.#more === 0) return this.#findings;
    const remedy = 'Mend what is named above and verify again.';
    return [...this.#findings, { check: 'more', message: `There are ${this.#more} further findings.`, remedy }];
  }
}
