/** What a user may set of the flow of requests to a model. */
export interface FlowSettings {
  /** Longest time one request may take, in milliseconds; then it is aborted. */
  readonly requestTimeoutMs: number;
  /** Ceilings; null for none but what the server itself shows. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}
