import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DocumentRecord } from '../../checkpoint/checkpoint.ts';
import { dollarsOf } from '../../domain/usage.ts';
import type { RunProgress } from '../../engine/run-progress.ts';

const STAGE_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300];
const COMMIT_BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];
const REQUEST_BUCKETS_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** What is only known when it is asked for. */
export interface Snapshot {
  /** Batches by the status that is shown. */
  readonly batches: ReadonlyMap<string, number>;
  /** Documents without an outcome, in batches that are not stopped. */
  readonly pendingDocuments: number;
  /** Of the batches that are worked on. */
  readonly sinkLag: readonly { readonly batch: string; readonly sink: string; readonly lag: number }[];
  readonly liveClients: number;
}

/** The numbers of this server for Prometheus. Counters are of this process, from its start. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #documents = this.#counter('pawl_documents_total', 'Documents with an outcome', ['outcome', 'code']);
  readonly #stages = this.#histogram(
    'pawl_stage_duration_seconds',
    'Work on a document',
    ['stage'],
    STAGE_BUCKETS_SECONDS,
  );
  readonly #retries = this.#counter('pawl_stage_retries_total', 'Tries of a stage after the first', ['stage']);
  readonly #suspended = this.#gauge('pawl_stage_suspended', '1 while a stage waits for its provider', [
    'batch',
    'stage',
  ]);
  readonly #inFlight = this.#gauge('pawl_documents_in_flight', 'Documents that are worked on', ['batch']);
  readonly #commits = this.#histogram('pawl_commit_duration_seconds', 'Group commits', [], COMMIT_BUCKETS_SECONDS);
  readonly #tokens = this.#counter('pawl_tokens_total', 'Tokens of language models', ['provider', 'model', 'kind']);
  readonly #cost = this.#counter('pawl_cost_dollars_total', 'Paid for them, where the price is known', [
    'provider',
    'model',
  ]);
  readonly #batches = this.#gauge('pawl_batches', 'Batches of the data folder', ['status']);
  readonly #pending = this.#gauge('pawl_documents_pending', 'Documents that wait for an outcome', []);
  readonly #lag = this.#gauge('pawl_sink_lag_results', 'Results that a sink does not hold yet', ['batch', 'sink']);
  readonly #clients = this.#gauge('pawl_live_clients', 'Clients of live updates', []);
  readonly #requests = this.#histogram(
    'pawl_http_request_duration_seconds',
    'Requests by route and status',
    ['method', 'route', 'status'],
    REQUEST_BUCKETS_SECONDS,
  );
  /** Retries that a run has told of, by batch and stage. */
  readonly #toldRetries = new Map<string, Map<string, number>>();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  readonly contentType: string = this.#registry.contentType;

  /** Records that a commit saved. */
  committed(records: readonly DocumentRecord[], seconds: number): void {
    this.#commits.observe(seconds);
    for (const record of records) this.#count(record);
  }

  /** What a run says of itself. */
  progress(batch: string, { report }: RunProgress): void {
    this.#inFlight.set({ batch }, report.inFlight);
    const told = this.#toldRetries.get(batch) ?? new Map<string, number>();
    this.#toldRetries.set(batch, told);
    for (const { name: stage, state, retries } of report.stages) {
      this.#suspended.set({ batch, stage }, state === 'suspended' ? 1 : 0);
      this.#retries.inc({ stage }, Math.max(0, retries - (told.get(stage) ?? 0)));
      told.set(stage, retries);
    }
  }

  /** A run has ended: what was told of its present is no more. */
  ended(batch: string): void {
    this.#inFlight.remove({ batch });
    for (const stage of this.#toldRetries.get(batch)?.keys() ?? []) this.#suspended.remove({ batch, stage });
    this.#toldRetries.delete(batch);
  }

  /** A request was answered. @param route its pattern, never its address: that would be a series for each */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** Everything in the text format of Prometheus. */
  async text({ batches, pendingDocuments, sinkLag, liveClients }: Snapshot): Promise<string> {
    this.#batches.reset();
    for (const [status, count] of batches) this.#batches.set({ status }, count);
    this.#pending.set(pendingDocuments);
    this.#lag.reset();
    for (const { batch, sink, lag } of sinkLag) this.#lag.set({ batch, sink }, lag);
    this.#clients.set(liveClients);
    return this.#registry.metrics();
  }

  #count(record: DocumentRecord): void {
    switch (record.kind) {
      case 'processed':
        this.#documents.inc({ outcome: 'processed', code: '' });
        for (const [stage, ms] of Object.entries(record.timings)) this.#stages.observe({ stage }, ms / 1000);
        break;
      case 'failed':
        this.#documents.inc({ outcome: 'failed', code: record.failure.code });
        break;
      case 'spent': {
        const { provider, model, inputTokens, outputTokens, costNanos } = record.usage;
        this.#tokens.inc({ provider, model, kind: 'input' }, inputTokens);
        this.#tokens.inc({ provider, model, kind: 'output' }, outputTokens);
        this.#cost.inc({ provider, model }, dollarsOf(costNanos));
      }
    }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}
