import type { Authorship, Checkpoint, SettledDocument } from '../checkpoint/checkpoint.ts';
import { Delivery } from '../delivery/delivery.ts';
import type { Sink } from '../delivery/sink.ts';
import type { Batch, Run } from '../domain/batch.ts';
import { isPawlError } from '../domain/errors.ts';
import { totalOf, type Usage } from '../domain/usage.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { Linking, noteLinkingFailure } from '../storylines/linking.ts';
import type { LinkingModels } from '../storylines/linking-models.ts';
import { Budget, hasLimit } from './budget.ts';
import type { Clock } from './clock.ts';
import { CommitQueue, type CommittedGroup } from './commit-queue.ts';
import { ControlWatch } from './control-watch.ts';
import { Dispatcher } from './dispatcher.ts';
import { DocumentAccount } from './document-account.ts';
import type { DocumentTrace } from './document-trace.ts';
import { overFailureBudget } from './failure-budget.ts';
import { GuardedStages } from './guarded-stages.ts';
import { type Halt, strongerHalt } from './halt.ts';
import { Lanes, lanesFor } from './lanes.ts';
import { linkingCall } from './linking-call.ts';
import { RETRY_DELAYS } from './retry-policy.ts';
import { RunClosing, type RunEnding } from './run-closing.ts';
import type { RunProgress } from './run-progress.ts';
import { type WorkContext, workDocument } from './work-document.ts';
import { msOfWorkingHoursLeft, msUntilWorkingHours } from './working-hours.ts';

/** How long to look away when there is nothing to do but wait. */
const IDLE_MS = 50;
/** How long the end of a run waits for a sink that fails. */
const DELIVERY_PATIENCE_MS = 10_000;
/** Longest span a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface BatchRunOptions {
  readonly checkpoint: Checkpoint;
  readonly pipeline: Pipeline;
  readonly sinks: readonly Sink[];
  /** Where the files of storylines go; null where nothing is to be linked. */
  readonly folder: string | null;
  /** As in RunBatchOptions. */
  readonly weights: string | null;
  readonly linkingModels: LinkingModels;
  readonly clock: Clock;
  readonly by: string;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onTrace?: (trace: DocumentTrace) => void;
}

/**
 * One run of a batch, from the claimed lease to its return. Whatever happens first, the lanes running dry or a halt,
 * decides how it ends; nothing but committed outcomes is ever counted.
 */
export class BatchRun {
  readonly #options: BatchRunOptions;
  readonly #checkpoint: Checkpoint;
  readonly #clock: Clock;
  readonly #run: Run;
  readonly #stages: GuardedStages;
  readonly #watch: ControlWatch;
  readonly #closing: RunClosing;
  readonly #deliveries: readonly Delivery[];
  readonly #linking: Linking | null;
  readonly #commits: CommitQueue;
  readonly #budget: Budget;
  /** Aborted when calls in flight are given up. */
  readonly #abort = new AbortController();
  #batch: Batch;
  #halt: Halt | null = null;
  #onHalt: () => void = () => undefined;
  #dispatcher: Dispatcher | null = null;
  #lanes: Lanes | null = null;
  #timeLimit: NodeJS.Timeout | undefined;
  #hoursEnd: NodeJS.Timeout | undefined;
  /** Outcomes of this run, saved or about to be. */
  readonly #outcomes = { processed: 0, failed: 0 };
  #processed = 0;
  #failed = 0;

  constructor(run: Run, batch: Batch, options: BatchRunOptions) {
    this.#options = options;
    this.#checkpoint = options.checkpoint;
    this.#clock = options.clock;
    this.#run = run;
    this.#batch = batch;
    this.#stages = new GuardedStages(options.pipeline, options.clock, () => this.#tell());
    this.#deliveries = options.sinks.map(
      (sink) => new Delivery({ checkpoint: options.checkpoint, sink, clock: options.clock, run: run.run }),
    );
    this.#commits = new CommitQueue({
      checkpoint: options.checkpoint,
      run: run.run,
      clock: options.clock,
      author: () => this.#author(),
      onCommitted: (group) => this.#onCommitted(group),
      onError: (error) => this.halt({ kind: 'broken', error }),
    });
    this.#budget = new Budget({
      limits: batch.settings,
      spent: totalOf(batch.usage),
      onReached: (message) => this.halt({ kind: 'pausing', reason: 'cost_budget', message }),
    });
    this.#linking = this.#createLinking();
    this.#closing = new RunClosing({ checkpoint: this.#checkpoint, run: run.run, author: () => this.#author() });
    this.#watch = this.#startWatch();
  }

  /** Lets no further document start; what is in flight is finished, or with `now` given back. */
  halt(halt: Halt, now = false): void {
    this.#halt = strongerHalt(this.#halt, halt);
    this.#dispatcher?.end();
    this.#onHalt();
    if (now || halt.kind === 'broken') this.#abort.abort();
  }

  /** Works until the batch is done or a halt ends it. @throws what broke the run, after the batch was given back */
  async work(): Promise<RunEnding> {
    for (const delivery of this.#deliveries) delivery.notify();
    this.#limitTime();
    try {
      for (;;) {
        await this.#workInHours();
        await this.#commits.flush();
        await this.#linkRest();
        await this.#deliverRest(); // storylines included
        await this.#sayLast();
        const ending = await this.#closing.finish(this.#halt);
        if (ending !== null) return ending;
        await this.#pauseFor(IDLE_MS); // documents were added, or an order is about to be seen
      }
    } finally {
      clearTimeout(this.#timeLimit);
      this.#stages.close();
      await this.#watch.close();
      await this.#linking?.close();
      await Promise.all(this.#deliveries.map((delivery) => delivery.close()));
    }
  }

  /** Phases of work with the pauses of the working hours between them. */
  async #workInHours(): Promise<void> {
    for (;;) {
      if (this.#halt !== null && this.#halt.kind !== 'off_hours') return;
      this.#halt = null;
      if (!(await this.#awaitHours())) return;
      const hasPostponed = await this.#workPhase();
      if (this.#halt !== null) continue;
      if (!hasPostponed) return;
      await this.#awaitPostponed();
    }
  }

  /** Waits for what documents were postponed for, or a halt. */
  async #awaitPostponed(): Promise<void> {
    const drain = new AbortController();
    this.#onHalt = () => drain.abort();
    try {
      await this.#stages.awaitPostponed(drain.signal);
    } catch (error) {
      if (!drain.signal.aborted) this.halt({ kind: 'broken', error });
    }
  }

  /** Hands out documents until there are none left, or a halt comes. @returns whether some were postponed */
  async #workPhase(): Promise<boolean> {
    const drain = new AbortController();
    const dispatcher = new Dispatcher({
      checkpoint: this.#checkpoint,
      run: this.#run.run,
      onError: (error) => this.halt({ kind: 'broken', error }),
    });
    const lanes = new Lanes(() => this.#turn(dispatcher, drain.signal));
    this.#dispatcher = dispatcher;
    this.#lanes = lanes;
    this.#onHalt = () => drain.abort();
    this.#limitHours();
    lanes.resize(lanesFor(this.#batch.settings, this.#options.pipeline));
    await lanes.finished();
    clearTimeout(this.#hoursEnd);
    await this.#commits.flush();
    this.#dispatcher = null;
    this.#lanes = null;
    return dispatcher.hasPostponed;
  }

  /** One document in one lane. @returns whether there may be more */
  async #turn(dispatcher: Dispatcher, drain: AbortSignal): Promise<boolean> {
    const pending = await dispatcher.take();
    if (pending === null) return false;
    const outcome = await workDocument(pending, this.#workContext(pending.seq, drain));
    if (outcome.kind === 'settled') {
      await this.#settle(outcome.settled);
      return true;
    }
    const back = outcome.kind === 'postponed' ? dispatcher.postpone(pending.seq) : dispatcher.giveBack(pending.seq);
    await back.catch((error: unknown) => this.halt({ kind: 'broken', error }));
    return true;
  }

  /** The budget is checked before the failure is saved, so that no lane takes a document beyond it. */
  async #settle(settled: SettledDocument): Promise<void> {
    this.#outcomes[settled.kind] += 1;
    const over = overFailureBudget(this.#batch.settings.maxFailures, this.#outcomes);
    if (over !== null) this.halt({ kind: 'pausing', reason: 'failure_budget', message: over });
    await this.#commits.push(settled);
  }

  /** By the settings of this moment: they may change while the batch runs. */
  #workContext(seq: number, drain: AbortSignal): WorkContext {
    const { settings } = this.#batch;
    const { onTrace } = this.#options;
    return {
      ...(onTrace === undefined ? {} : { onTrace }),
      batch: this.#batch,
      stages: this.#stages.all,
      limits: {
        retry: { maxAttempts: settings.maxAttempts, ...RETRY_DELAYS },
        stageTimeoutMs: settings.stageTimeoutMs,
      },
      documentTimeoutMs: settings.documentTimeoutMs,
      signals: { drain, abort: this.#abort.signal },
      clock: this.#clock,
      account: new DocumentAccount(this.#budget, (usage) => void this.#commits.push({ kind: 'spent', seq, usage })),
    };
  }

  #onCommitted({ seqs, processed, failed }: CommittedGroup): void {
    this.#processed += processed;
    this.#failed += failed;
    this.#dispatcher?.settled(seqs);
    for (const delivery of this.#deliveries) delivery.notify();
    this.#linking?.notify();
    this.#tell();
  }

  /** Tells watchers of this process; they draw at their own pace. */
  #tell(): void {
    this.#options.onProgress({
      batch: this.#batch,
      processed: this.#processed,
      failed: this.#failed,
      spent: this.#budget.spent,
      report: this.#report(),
      halting: this.#halt,
    });
  }

  #report() {
    return {
      inFlight: this.#dispatcher?.inFlight ?? 0,
      stages: this.#stages.report(),
    };
  }

  #startWatch(): ControlWatch {
    return new ControlWatch({
      checkpoint: this.#checkpoint,
      run: this.#run.run,
      clock: this.#clock,
      author: () => this.#author(),
      report: () => this.#report(),
      controlId: this.#run.acknowledgedControlId,
      settingsVersion: this.#batch.settingsVersion,
      onOrder: ({ end, now }) => this.halt({ kind: 'ordered', end }, now),
      onSettings: () => this.#readSettings(),
      onHeartbeat: () => this.#tell(),
      onError: (error) => this.halt({ kind: 'broken', error }),
    });
  }

  async #readSettings(): Promise<void> {
    this.#batch = await this.#checkpoint.batch();
    this.#budget.limit(this.#batch.settings);
    this.#limitTime();
    if (this.#lanes !== null) {
      this.#lanes.resize(lanesFor(this.#batch.settings, this.#options.pipeline));
      this.#limitHours();
    }
    this.#tell();
  }

  /** Waits until the working hours begin. @returns false when a halt came first */
  async #awaitHours(): Promise<boolean> {
    if (this.#msUntilHours() === 0) return true;
    await this.#checkpoint.transition(
      'pause',
      { reason: 'working_hours', now: false, run: this.#run.run },
      this.#author(),
    );
    this.#tell();
    while (this.#halt === null && this.#msUntilHours() > 0) await this.#pauseFor(IDLE_MS);
    return this.#resumeItself();
  }

  /** Goes on after the pause of the working hours, unless somebody has ordered another. @returns whether to work */
  async #resumeItself(): Promise<boolean> {
    while (this.#halt === null) {
      const { status, reason } = await this.#checkpoint.batch();
      if (status === 'RUNNING') return true;
      if (reason !== 'working_hours') {
        await this.#pauseFor(IDLE_MS); // the order is about to be seen
        continue;
      }
      const resumed = this.#checkpoint.transition('resume', { reason, now: false, run: this.#run.run }, this.#author());
      await resumed.catch((error: unknown) => {
        if (!isPawlError(error, 'refused_transition')) throw error;
      });
    }
    return false;
  }

  #msUntilHours(): number {
    const hours = this.#batch.settings.workingHours;
    return hours === null ? 0 : msUntilWorkingHours(hours, this.#clock.now());
  }

  /** Ends the phase of work with the working hours that are set now. */
  #limitHours(): void {
    clearTimeout(this.#hoursEnd);
    const hours = this.#batch.settings.workingHours;
    const leftMs = hours === null ? Number.POSITIVE_INFINITY : msOfWorkingHoursLeft(hours, this.#clock.now());
    this.#hoursEnd = this.#timer(leftMs, () => this.halt({ kind: 'off_hours' }));
  }

  /** Ends the run at the time limit that is set now. */
  #limitTime(): void {
    clearTimeout(this.#timeLimit);
    const limitMs = this.#batch.settings.timeLimitMs ?? Number.POSITIVE_INFINITY;
    const leftMs = this.#run.startedAtMs + limitMs - this.#clock.now();
    const message = `the time limit of ${limitMs / 1000} s is reached`;
    this.#timeLimit = this.#timer(leftMs, () => this.halt({ kind: 'pausing', reason: 'time_limit', message }));
  }

  #timer(ms: number, then: () => void): NodeJS.Timeout | undefined {
    return ms > MAX_TIMER_MS ? undefined : setTimeout(then, Math.max(0, ms));
  }

  async #deliverRest(): Promise<void> {
    const patience = AbortSignal.timeout(DELIVERY_PATIENCE_MS);
    await Promise.all(this.#deliveries.map((delivery) => delivery.drain(patience, this.#abort.signal)));
  }

  #createLinking(): Linking | null {
    const { checkpoint, folder, weights, clock, by, linkingModels: models } = this.#options;
    const { link, workerMemoryMb: memoryMb } = this.#batch.settings;
    const { run } = this.#run;
    if (folder === null || !link) return null;
    const record = (usage: Usage) => {
      checkpoint.addLinkingUsage(run, usage).catch((error: unknown) => this.halt({ kind: 'broken', error }));
    };
    const call = linkingCall(this.#budget, record, () => this.#lanes !== null && hasLimit(this.#batch.settings));
    return new Linking({ checkpoint, folder, clock, by, run, weights, memoryMb, models, call });
  }

  /** Settles the storylines once no documents are left; an order that comes meanwhile ends that. What fails here fails no batch. */
  async #linkRest(): Promise<void> {
    if (this.#halt !== null || this.#linking === null) return;
    const halted = new AbortController();
    this.#onHalt = () => halted.abort();
    await this.#linking
      .settle(halted.signal)
      .catch((error: unknown) => noteLinkingFailure(this.#checkpoint, error, this.#run.run, this.#author()));
  }

  /** Leaves what the stages did where status finds it; a run that is broken may not be able to. */
  async #sayLast(): Promise<void> {
    if (this.#halt?.kind === 'broken') return;
    await this.#checkpoint.heartbeat(this.#run.run, this.#report(), this.#author());
  }

  async #pauseFor(ms: number): Promise<void> {
    await this.#clock.sleep(ms);
  }

  #author(): Authorship {
    return { atMs: this.#clock.now(), by: this.#options.by };
  }
}
