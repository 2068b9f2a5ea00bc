import type { OutcomeRow } from '../checkpoint/checkpoint.ts';
import type { DocumentState } from '../domain/document-state.ts';
import { sha256Of } from './sha256.ts';

/** One line of `outcomes.jsonl`. */
export interface OutcomeLine {
  /** The input's name and the line in it, from 1. */
  readonly source: string;
  readonly line: number;
  readonly document_id: string;
  readonly outcome: DocumentState;
  /** Why it failed. */
  readonly code?: string;
  /** Of the result as JSON: the line that a JSON lines sink writes. */
  readonly result_sha256?: string;
}

export function toOutcomeLine({ source, documentId, state, code, result }: OutcomeRow): OutcomeLine {
  return {
    source: source.name,
    line: source.line,
    document_id: documentId,
    outcome: state,
    ...(code === null ? {} : { code }),
    ...(result === null ? {} : { result_sha256: sha256Of(result) }),
  };
}
