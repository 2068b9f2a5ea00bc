import type { Run, RunEnd, Runner, RunReport } from '../../domain/batch.ts';
import type { BatchMove } from '../../domain/batch-status.ts';
import { PawlError } from '../../domain/errors.ts';
import { dollarsOf } from '../../domain/usage.ts';
import type { Authorship, ControlState } from '../checkpoint.ts';
import { moveBatch, readBatch, requireHolder } from './batch-row.ts';
import { addHistory } from './history.ts';
import { countDeaths } from './outcomes.ts';
import type { Session } from './session.ts';

const EMPTY_REPORT: RunReport = { inFlight: 0, stages: [] };

interface RunRow {
  run: number;
  pid: number;
  host: string;
  process_start: string | null;
  started_at: number;
  heartbeat_at: number;
  ended_at: number | null;
  ending: RunEnd | null;
  processed: number;
  failed: number;
  tokens: number;
  cost_nanos: number;
  acknowledged: number;
  report: string;
}

/** Begins a run inside the caller's transaction. @param inFlight documents an earlier process had begun; some may have their outcome */
export function startRun(
  session: Session,
  runner: Runner,
  inFlight: readonly number[],
  options: { readonly takeOver: number | null; readonly move: 'start' | 'resume'; readonly maxDeaths: number },
  author: Authorship,
): Run {
  const holder = readHolder(session);
  if ((holder?.run ?? null) !== options.takeOver) throw alreadyHeld(session, holder);
  if (holder !== null) endRow(session, holder.run, 'died', holder.heartbeatAtMs);
  const run = addRun(session, runner, author.atMs);
  session.sql('UPDATE batch SET holder = ?').run(run);
  moveBatch(session, options.move, { reason: null, run }, author);
  const dead = countDeaths(session, inFlight, options.maxDeaths, run, author.atMs);
  if (holder !== null) noteDeath(session, holder, dead, author);
  const started = readRun(session, run);
  if (started === null) throw new Error(`run ${run} does not exist`);
  return started;
}

function addRun(session: Session, runner: Runner, atMs: number): number {
  const { lastInsertRowid } = session
    .sql(
      `INSERT INTO runs (pid, host, process_start, started_at, heartbeat_at, acknowledged, report)
       VALUES (?, ?, ?, ?, ?, (SELECT control_id FROM batch), ?)`,
    )
    .run(runner.pid, runner.host, runner.processStart, atMs, atMs, JSON.stringify(EMPTY_REPORT));
  return Number(lastInsertRowid);
}

function noteDeath(
  session: Session,
  { run, runner }: Run,
  dead: ReturnType<typeof countDeaths>,
  author: Authorship,
): void {
  const details = { pid: runner.pid, host: runner.host, in_flight: dead.inFlight, set_aside: dead.setAside };
  addHistory(session, { event: 'run_died', reason: null, run, details }, author);
}

function alreadyHeld(session: Session, holder: Run | null): PawlError {
  const { batchId } = readBatch(session);
  const who = holder === null ? 'somebody who has just ended' : `process ${holder.runner.pid} on ${holder.runner.host}`;
  return new PawlError('batch_is_running', `Batch ${batchId} was taken up meanwhile by ${who}.`);
}

export function readControl(session: Session): ControlState {
  const row = session.sql('SELECT status, control_id, control_now, settings_version, holder FROM batch').get() as {
    status: ControlState['status'];
    control_id: number;
    control_now: number;
    settings_version: number;
    holder: number | null;
  };
  return {
    status: row.status,
    controlId: row.control_id,
    controlNow: row.control_now === 1,
    settingsVersion: row.settings_version,
    holder: row.holder,
  };
}

export function acknowledge(session: Session, run: number, controlId: number): void {
  requireHolder(session, run);
  session.sql('UPDATE runs SET acknowledged = ? WHERE run = ?').run(controlId, run);
}

export function heartbeat(session: Session, run: number, report: RunReport, { atMs }: Authorship): void {
  requireHolder(session, run);
  session.sql('UPDATE runs SET heartbeat_at = ?, report = ? WHERE run = ?').run(atMs, JSON.stringify(report), run);
}

export function endRun(
  session: Session,
  run: number,
  end: RunEnd,
  move: { readonly move: BatchMove; readonly reason: string | null } | null,
  author: Authorship,
): void {
  requireHolder(session, run);
  if (move?.move === 'complete') requireNothingLeft(session);
  if (move !== null) moveBatch(session, move.move, { reason: move.reason, run }, author);
  endRow(session, run, end, author.atMs);
  session.sql('UPDATE batch SET holder = NULL, updated_at = ?').run(author.atMs);
  const ended = readRun(session, run);
  const { processed = 0, failed = 0, tokens = 0, costNanos = 0 } = ended ?? {};
  const paid = tokens === 0 ? {} : { tokens, cost: dollarsOf(costNanos) };
  const details = { end, processed, failed, ...paid };
  addHistory(session, { event: 'run_ended', reason: null, run, details }, author);
}

/** Documents may have been added between the runner's last look and now. */
function requireNothingLeft(session: Session): void {
  const { batchId, total, processed, failed } = readBatch(session);
  const left = total - processed - failed;
  if (left === 0) return;
  throw new PawlError('refused_transition', `Batch ${batchId} still has ${left} documents without an outcome.`);
}

function endRow(session: Session, run: number, end: RunEnd, atMs: number): void {
  session.sql('UPDATE runs SET ended_at = ?, ending = ? WHERE run = ?').run(atMs, end, run);
}

export function readHolder(session: Session): Run | null {
  const { holder: run } = readControl(session);
  return run === null ? null : readRun(session, run);
}

function readRun(session: Session, run: number): Run | null {
  const row = session.sql('SELECT * FROM runs WHERE run = ?').get(run) as RunRow | undefined;
  return row === undefined ? null : toRun(row);
}

export function readRuns(session: Session): Run[] {
  return (session.sql('SELECT * FROM runs ORDER BY run').all() as RunRow[]).map(toRun);
}

function toRun(row: RunRow): Run {
  return {
    run: row.run,
    runner: { pid: row.pid, host: row.host, processStart: row.process_start },
    startedAtMs: row.started_at,
    heartbeatAtMs: row.heartbeat_at,
    endedAtMs: row.ended_at,
    end: row.ending,
    processed: row.processed,
    failed: row.failed,
    tokens: row.tokens,
    costNanos: row.cost_nanos,
    acknowledgedControlId: row.acknowledged,
    report: JSON.parse(row.report) as RunReport,
  };
}
