// The port of a provider's batch API: requests are handed in together and answered within hours, at half the price.

/** One request of a batch. */
export interface BatchLine {
  /** At most 64 letters, digits, dashes and underscores; unique in the batch. */
  readonly customId: string;
  /** As it would be sent by itself. */
  readonly body: unknown;
}

/** A batch that is about to be handed in, as it was written down before. */
export interface BatchIntent {
  /** Made by us and given to no other batch. */
  readonly mark: string;
  readonly intendedAtMs: number;
  readonly requests: number;
}

export type BatchProgress =
  | { readonly kind: 'working'; readonly done: number }
  /** No more answers will come; not every request need have one. */
  | { readonly kind: 'ended' }
  /** The provider took the batch and then refused it as a whole. */
  | { readonly kind: 'refused'; readonly message: string };

export interface BatchResult {
  readonly customId: string;
  readonly outcome: /** A response as it would have come to the request by itself. */
    | { readonly kind: 'response'; readonly status: number; readonly body: unknown }
    /** Not worked on: expired or cancelled, or the provider failed; it may be handed in again. */
    | { readonly kind: 'unanswered' };
}

/** All of them throw {@link ApiError}. */
export interface BatchProtocol {
  /** @param headers that the requests would have had beside the usual ones. @returns the provider's id of the batch */
  submit(
    intent: BatchIntent,
    lines: readonly BatchLine[],
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Looks whether a batch was handed in of which no answer arrived.
   * @param known ids of the provider that belong to other batches
   * @returns its id; `absent`; or `unsure` when that cannot be told yet
   */
  find(
    intent: BatchIntent,
    known: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<{ readonly id: string } | 'absent' | 'unsure'>;
  poll(id: string, signal: AbortSignal): Promise<BatchProgress>;
  results(id: string, signal: AbortSignal): AsyncIterable<BatchResult>;
  /** Asks the provider to work on no further request; one that has ended already is left as it is. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

/** A custom id that tells to which batch and which request it belongs. @param key hexadecimal, at least 40 characters */
export function customIdOf(mark: string, key: string): string {
  return `${mark}-${key.slice(0, 40)}`;
}
