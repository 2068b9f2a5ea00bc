import type { StageCall } from '../../domain/stage-call.ts';
import type { Clock } from '../../engine/clock.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import type { FlowSettings } from './flow-settings.ts';
import { guessTokens } from './guess-tokens.ts';
import { PacedRequests } from './paced-requests.ts';

/** Asks at the pace of {@link PacedRequests}. */
export class FlowControlledModel implements LanguageModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: LanguageModel;
  readonly #requests: PacedRequests;
  /** Mean of the answers so far, for guessing the next; null before the first. */
  #outputTokens: number | null = null;

  /** @param isOptional whether whoever asks can do without answers */
  constructor(inner: LanguageModel, settings: FlowSettings, clock: Clock, isOptional: boolean) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#requests = new PacedRequests(settings, clock, isOptional);
  }

  async ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    const output = Math.min(request.maxOutputTokens, this.#outputTokens ?? request.maxOutputTokens);
    const tokens = Math.ceil(guessTokens([request.system, request.user]) + output);
    const answer = await this.#requests.send(
      tokens,
      (limited) => this.#inner.ask(request, limited, call),
      signal,
      call,
    );
    this.#learn(answer);
    return answer;
  }

  probe(signal: AbortSignal): Promise<void> {
    return this.#requests.probe((limited) => this.#inner.probe(limited), signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #learn({ outputTokens }: ModelAnswer): void {
    if (outputTokens === null) return;
    this.#outputTokens = this.#outputTokens === null ? outputTokens : (7 * this.#outputTokens + outputTokens) / 8;
  }
}
