import type { PendingDocument, SettledDocument } from '../checkpoint/checkpoint.ts';
import type { Batch } from '../domain/batch.ts';
import type { InputDocument } from '../domain/document.ts';
import type { DocumentFailure } from '../domain/outcome.ts';
import type { StageMetadata } from '../domain/result.ts';
import { toInputDocument } from '../intake/to-input-document.ts';
import { assembleResult } from '../pipeline/assemble-result.ts';
import { readPreviousResult } from '../pipeline/read-previous-result.ts';
import type { StageInput, StageOutput } from '../pipeline/stage.ts';
import type { DocumentTrace, StageTrace } from './document-trace.ts';
import type { GuardedStage, StageContext } from './run-stage.ts';
import { runStageChain } from './run-stage-chain.ts';
import { readStageFailure, type StageFailure } from './stage-failure.ts';

export interface WorkContext extends StageContext {
  readonly batch: Pick<Batch, 'batchId' | 'jobId' | 'settings'>;
  readonly stages: readonly GuardedStage[];
  /** For all stages of a document together, waits apart, in milliseconds. */
  readonly documentTimeoutMs: number;
  /** Told how the document went; must be quick and must not throw. Absent where nobody traces. */
  readonly onTrace?: (trace: DocumentTrace) => void;
}

export type WorkOutcome =
  | { readonly kind: 'settled'; readonly settled: SettledDocument }
  /** The run ends before the document could; it stays as it was. */
  | { readonly kind: 'given_back' }
  /** A stage waits for something that other documents need not wait for; it stays as it was. */
  | { readonly kind: 'postponed' };

/** Takes one document through the stages. Never throws: whatever goes wrong is the document's outcome. */
export async function workDocument(pending: PendingDocument, context: WorkContext): Promise<WorkOutcome> {
  const { onTrace, clock, batch } = context;
  if (onTrace === undefined) return outcomeOf(pending, context);
  const stages: StageTrace[] = [];
  const startedAtMs = clock.now();
  const outcome = await outcomeOf(pending, { ...context, onStage: (stage) => stages.push(stage) });
  const { documentId } = pending;
  const attempts = pending.attempts + 1;
  const endedAtMs = clock.now();
  onTrace(traceDocument({ batchId: batch.batchId, documentId, startedAtMs, endedAtMs, attempts, stages }, outcome));
  return outcome;
}

function traceDocument(
  document: Pick<DocumentTrace, 'batchId' | 'documentId' | 'startedAtMs' | 'endedAtMs' | 'attempts' | 'stages'>,
  outcome: WorkOutcome,
): DocumentTrace {
  if (outcome.kind !== 'settled') return { ...document, outcome: outcome.kind };
  const { settled } = outcome;
  return settled.kind === 'failed'
    ? { ...document, outcome: 'failed', code: settled.failure.code }
    : { ...document, outcome: 'processed' };
}

async function outcomeOf(pending: PendingDocument, context: WorkContext): Promise<WorkOutcome> {
  try {
    return await throughStages(pending, context);
  } catch (error) {
    return failed(pending, 'run', readStageFailure(error), 1);
  }
}

async function throughStages(pending: PendingDocument, context: WorkContext): Promise<WorkOutcome> {
  const { batch, clock } = context;
  const document = toInputDocument(pending.source, pending.documentId, batch.settings.fields);
  const done = new FinishedStages(document, batch.batchId, pending);
  let budgetMs = context.documentTimeoutMs;
  for (const guarded of context.stages) {
    const { stage, onDone } = guarded;
    if (done.has(stage.name)) continue;
    const outcome = await runStageChain(guarded, done.input(), budgetMs, context);
    if (outcome.kind === 'given_back' || outcome.kind === 'postponed') return outcome;
    if (outcome.kind === 'failed') return failed(pending, stage.name, outcome.failure, outcome.attempts);
    budgetMs -= outcome.workedMs;
    done.add(stage.name, outcome.output, outcome.metadata);
    onDone(outcome.metadata.ms);
  }
  const result = assembleResult({
    document,
    batchId: batch.batchId,
    jobId: batch.jobId,
    processedAtMs: clock.now(),
    outputs: done.outputs,
    stages: done.metadata,
    attempts: pending.attempts + 1,
  });
  const timings = Object.fromEntries(Object.entries(done.metadata).map(([name, { ms }]) => [name, ms]));
  const suspicious = suspicionOf(done.metadata);
  const settled = { kind: 'processed', seq: pending.seq, result: JSON.stringify(result), timings } as const;
  return { kind: 'settled', settled: suspicious === null ? settled : { ...settled, suspicious } };
}

/** What is hard to believe of a result; null for nothing. */
function suspicionOf(stages: Readonly<Record<string, StageMetadata>>): string | null {
  const suspicions = Object.entries(stages).flatMap(([name, { suspicious }]) =>
    suspicious === undefined ? [] : [`${name}: ${suspicious}`],
  );
  return suspicions.length === 0 ? null : suspicions.join('; ');
}

/** What the stages have found so far, those of an earlier result included when they need not be done again. */
class FinishedStages {
  readonly outputs: Record<string, StageOutput['value']> = {};
  readonly metadata: Record<string, StageMetadata> = {};
  readonly #document: InputDocument;
  readonly #batchId: string;

  constructor(document: InputDocument, batchId: string, pending: PendingDocument) {
    this.#document = document;
    this.#batchId = batchId;
    if (pending.previousResult === null) return;
    const previous = readPreviousResult(pending.previousResult, pending.redoStages);
    Object.assign(this.outputs, previous.outputs);
    Object.assign(this.metadata, previous.stages);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.outputs, name);
  }

  add(name: string, output: StageOutput, metadata: StageMetadata): void {
    this.outputs[name] = output.value;
    this.metadata[name] = metadata;
  }

  input(): StageInput {
    return {
      document: this.#document,
      batchId: this.#batchId,
      entities: this.#found('entities'),
      triplets: this.#found('dependencies'),
      events: this.#found('events'),
    };
  }

  // The stage of that name has given a value of that field's type, or assembling the result refuses it.
  #found<T extends readonly unknown[]>(name: string): T {
    return (this.outputs[name] ?? []) as unknown as T;
  }
}

function failed(pending: PendingDocument, stage: string, failure: StageFailure, attempts: number): WorkOutcome {
  const kept: DocumentFailure = {
    code: failure.code,
    message: failure.message,
    stage,
    attempts,
    ...(failure.rawAnswer === undefined ? {} : { rawAnswer: failure.rawAnswer }),
  };
  return { kind: 'settled', settled: { kind: 'failed', seq: pending.seq, failure: kept } };
}
