import { tokensOf, type Usage } from '../../domain/usage.ts';
import type { Session } from './session.ts';

const COLUMNS = 'requests, input_tokens, output_tokens, cost_nanos, unpriced_tokens';
const READ = `provider, model, requests, input_tokens AS inputTokens, output_tokens AS outputTokens, cost_nanos AS costNanos,
  unpriced_tokens AS unpricedTokens`;
const ADD = `requests = requests + excluded.requests, input_tokens = input_tokens + excluded.input_tokens,
  output_tokens = output_tokens + excluded.output_tokens, cost_nanos = cost_nanos + excluded.cost_nanos,
  unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens`;
/** The number of no run. */
const NO_RUN = 0;

/** Adds what was paid for a document to its own account, its run's and the batch's. Inside the caller's transaction. */
export function addUsage(session: Session, run: number, seq: number, usage: Usage): void {
  session
    .sql(
      `INSERT INTO usage (seq, provider, model, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ${ADD}`,
    )
    .run(seq, usage.provider, usage.model, ...numbersOf(usage));
  count(session, run, usage);
}

/** Adds what was paid for linking; `run` null where no runner holds the batch. Inside the caller's transaction. */
export function addLinkingUsage(session: Session, run: number | null, usage: Usage): void {
  session
    .sql(
      `INSERT INTO linking_usage (run, provider, model, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET ${ADD}`,
    )
    .run(run ?? NO_RUN, usage.provider, usage.model, ...numbersOf(usage));
  count(session, run ?? NO_RUN, usage);
}

function numbersOf({ requests, inputTokens, outputTokens, costNanos, unpricedTokens }: Usage): number[] {
  return [requests, inputTokens, outputTokens, costNanos, unpricedTokens];
}

function count(session: Session, run: number, usage: Usage): void {
  session
    .sql(
      `INSERT INTO usage_counters (provider, model, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ${ADD}`,
    )
    .run(usage.provider, usage.model, ...numbersOf(usage));
  session
    .sql('UPDATE runs SET tokens = tokens + ?, cost_nanos = cost_nanos + ? WHERE run = ?')
    .run(tokensOf(usage), usage.costNanos, run);
}

/** What was paid for the batch, by provider and model. */
export function readUsage(session: Session): Usage[] {
  return session.sql(`SELECT ${READ} FROM usage_counters ORDER BY provider, model`).all() as Usage[];
}

/** What was paid for a document, by provider and model. */
export function readUsageOf(session: Session, documentId: string): Usage[] {
  return session
    .sql(`SELECT ${READ} FROM usage JOIN documents USING (seq) WHERE document_id = ? ORDER BY provider, model`)
    .all(documentId) as Usage[];
}
