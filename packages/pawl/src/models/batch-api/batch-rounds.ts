import { StageError } from '../../domain/stage-error.ts';
import type { Clock } from '../../engine/clock.ts';
import type { ModelAnswer } from '../language-model.ts';
import { ApiError } from './api-call.ts';
import { type BatchLedger, isLedgerError, type OpenBatch, type WrittenRequest } from './batch-ledger.ts';
import { type BatchIntent, type BatchProtocol, type BatchResult, customIdOf } from './batch-protocol.ts';
import type { WireFormat } from './wire-format.ts';

// Hands requests in, follows the batches and writes their answers down, until nothing is open any more. What holds:
// - A batch is written down before it is handed in. When handing in gets no answer, or the process dies, it is looked for at the
//   provider; only when it is certain that it is not there do its requests wait for another. Nothing is handed in twice.
// - Answers are written down as they are read; reading them again changes nothing.
// - What a batch leaves unanswered (expired, cancelled, failed by the provider, missing) goes into another; after some tries, or when
//   it has waited too long, it is left to the live API.

export interface RoundsPolicy {
  /** How long a request may wait for its answer before it is left to the live API. */
  readonly patienceMs: number;
  /** Between two looks at the provider; grows from the first to the second. */
  readonly minPollMs: number;
  readonly maxPollMs: number;
  /** How long a batch may take to show up at the provider after it was handed in. */
  readonly graceMs: number;
  /** Of one batch at most; so many are held in memory at once. */
  readonly requestsPerBatch: number;
}

export interface RoundsOptions {
  readonly ledger: BatchLedger;
  readonly protocol: BatchProtocol;
  readonly wire: WireFormat;
  readonly policy: RoundsPolicy;
  readonly clock: Clock;
  /** Identities that nobody else uses: 16 letters or digits. */
  readonly newMark: () => string;
}

/** Of one batch, for the same reason. Providers take more than 100 MB. */
const MAX_BATCH_CHARS = 16 * 1024 * 1024;
const POLL_GROWTH = 1.5;
/** Answers that are written down together. */
const GROUP = 100;

export class BatchRounds {
  readonly #options: RoundsOptions;
  readonly #cancelled = new Set<string>();
  #working: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /**
   * Works until no request is open. Trouble of the provider is told and waited out.
   * @param tell what is being waited for
   * @throws the signal's reason when aborted; what was handed in goes on at the provider
   */
  work(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void> {
    const working = this.#workUntilDone(signal, tell);
    this.#working = working.catch(() => undefined);
    return working;
  }

  /** Resolves when no work is under way; it must have been aborted. */
  closed(): Promise<void> {
    return this.#working;
  }

  async #workUntilDone(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void> {
    const { ledger, clock, policy } = this.#options;
    let pollMs = policy.minPollMs;
    for (;;) {
      signal.throwIfAborted();
      const trouble = await this.#round(signal);
      const { waiting, submitted } = ledger.counts();
      if (waiting + submitted === 0) return;
      tell(trouble ?? `the answers to ${submitted} requests in ${ledger.openBatches().length} batches`);
      await clock.sleep(pollMs, signal);
      pollMs = Math.min(policy.maxPollMs, pollMs * POLL_GROWTH);
    }
  }

  /** Does what can be done now. @returns what is in the way */
  async #round(signal: AbortSignal): Promise<string | null> {
    const { ledger, clock, policy } = this.#options;
    try {
      for (const batch of ledger.openBatches()) await this.#advance(batch, signal);
      ledger.leaveToLive(clock.now() - policy.patienceMs);
      while (await this.#handIn(signal));
      return null;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError || isLedgerError(error)) return error.message;
      throw error;
    }
  }

  async #advance(batch: OpenBatch, signal: AbortSignal): Promise<void> {
    const { ledger, protocol, clock, policy } = this.#options;
    const { mark, providerId } = batch;
    if (providerId === null) return this.#recover(batch, signal);
    const progress = await protocol.poll(providerId, signal);
    if (progress.kind === 'ended') {
      await this.#collect(mark, providerId, signal);
      ledger.close(mark, true);
    } else if (progress.kind === 'refused') {
      ledger.close(mark, true);
    } else if (clock.now() >= batch.registeredAtMs + policy.patienceMs && !this.#cancelled.has(mark)) {
      await protocol.cancel(providerId, signal);
      this.#cancelled.add(mark);
    }
  }

  /** Finds out whether a batch was handed in. */
  async #recover(batch: OpenBatch, signal: AbortSignal): Promise<void> {
    const { ledger, protocol, clock, policy } = this.#options;
    const isLate = clock.now() >= batch.intendedAtMs + policy.graceMs;
    const found = await protocol.find(batch, ledger.providerIds(), signal);
    if (typeof found === 'object') ledger.handedIn(batch.mark, found.id);
    else if (found === 'absent' && isLate) ledger.close(batch.mark, false);
  }

  /** @returns whether there was something to hand in */
  async #handIn(signal: AbortSignal): Promise<boolean> {
    const { ledger, clock, policy, newMark } = this.#options;
    const written = ledger.intend(newMark(), clock.now(), {
      requests: policy.requestsPerBatch,
      chars: MAX_BATCH_CHARS,
    });
    if (written === null) return false;
    const { intent, requests } = written;
    try {
      const providerId = await this.#submit(intent, requests, signal);
      ledger.handedIn(intent.mark, providerId);
      return true;
    } catch (error) {
      // Refused: certainly not handed in. Without an answer it stays written down, and is looked for.
      if (error instanceof ApiError && error.isRefusal) ledger.close(intent.mark, isAboutContent(error));
      else if (error instanceof StageError) ledger.close(intent.mark, true);
      throw error;
    }
  }

  async #submit(intent: BatchIntent, requests: readonly WrittenRequest[], signal: AbortSignal): Promise<string> {
    const { protocol, wire } = this.#options;
    const headers: Record<string, string> = {};
    const lines = [];
    for (const { key, request } of requests) {
      const { body, headers: own } = await wire.write(request);
      Object.assign(headers, own);
      lines.push({ customId: customIdOf(intent.mark, key), body });
    }
    return protocol.submit(intent, lines, headers, signal);
  }

  async #collect(mark: string, providerId: string, signal: AbortSignal): Promise<void> {
    const { ledger, protocol } = this.#options;
    let group: { key: string; answer: ModelAnswer | 'live' | 'again' }[] = [];
    for await (const result of protocol.results(providerId, signal)) {
      const outcome = await this.#read(mark, result);
      if (outcome !== null) group.push(outcome);
      if (group.length < GROUP) continue;
      ledger.settle(mark, group);
      group = [];
    }
    ledger.settle(mark, group);
  }

  /** What became of a request of ours; null for what is not ours or is known already. */
  async #read(
    mark: string,
    { customId, outcome }: BatchResult,
  ): Promise<{ key: string; answer: ModelAnswer | 'live' | 'again' } | null> {
    const { ledger, wire } = this.#options;
    if (!customId.startsWith(`${mark}-`)) return null;
    const key = customId.slice(mark.length + 1);
    const request = ledger.submittedRequest(mark, key);
    if (request === null) return null;
    if (outcome.kind === 'unanswered') return { key, answer: 'again' };
    // A refusal of the request itself is for the live API to judge: it knows other ways to ask.
    if (outcome.status !== 200) return { key, answer: isOwnTrouble(outcome.status) ? 'again' : 'live' };
    const answer = await wire.read(request, outcome.body).catch(() => 'again' as const);
    return { key, answer };
  }
}

/** Of the provider, not of the request. */
function isOwnTrouble(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** Another batch of the same requests would be refused too. */
function isAboutContent({ status }: ApiError): boolean {
  return status === 400 || status === 413 || status === 422;
}
