import { knownCost, tokensOf, type Usage } from '../domain/usage.ts';
import type { Output } from './output.ts';
import { spentText } from './render-usage.ts';
import { counted } from './terminal/quantity.ts';

const INTERVAL_MS = 10_000;

/** Says what models gave while storylines are linked, each time that ten seconds have passed. */
export class LinkProgress {
  readonly #output: Pick<Output, 'say'>;
  readonly #nowMs: () => number;
  #saidAtMs: number;
  #answers = 0;
  #tokens = 0;
  #costNanos = 0;
  #unpricedTokens = 0;

  constructor(output: Pick<Output, 'say'>, nowMs: () => number) {
    this.#output = output;
    this.#nowMs = nowMs;
    this.#saidAtMs = nowMs();
  }

  /** Takes note of what an answer took. */
  add(usage: Usage): void {
    this.#answers += usage.requests;
    this.#tokens += tokensOf(usage);
    this.#costNanos += usage.costNanos;
    this.#unpricedTokens += usage.unpricedTokens;
    if (this.#nowMs() - this.#saidAtMs < INTERVAL_MS) return;
    this.#saidAtMs = this.#nowMs();
    this.#say();
  }

  #say(): void {
    const cost = knownCost({ costNanos: this.#costNanos, unpricedTokens: this.#unpricedTokens });
    const spent = spentText({ tokens: this.#tokens, cost, unpriced_tokens: this.#unpricedTokens });
    this.#output.say(
      `Linking: ${counted(this.#answers, 'answer')} so far (${spent}); they are kept, also if this is stopped.`,
    );
  }
}
