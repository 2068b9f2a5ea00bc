import type { DocumentTrace } from '../engine/document-trace.ts';

/** Where traces of documents go. It never holds up whoever tells it, and drops what it cannot get rid of. */
export interface TraceOutput {
  /** Takes a trace to be sent later. Quick; never throws. */
  tell(trace: DocumentTrace): void;
  /** Sends the rest, for a few seconds at most. Never rejects. @returns why the rest is lost; null when it is not */
  close(): Promise<string | null>;
}
