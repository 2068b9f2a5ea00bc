import { dirname } from 'node:path';
import type { Checkpoint, NewBatch } from '../checkpoint.ts';
import { acceptLines, beginAcceptance, endAcceptance, readAcceptances } from './acceptance.ts';
import { readBatch } from './batch-row.ts';
import { checkBatch } from './check.ts';
import { beginCollecting, collect, endCollecting, readCollectedSources } from './collecting.ts';
import { replacePipeline, retryFailed, transition, updateSettings } from './control.ts';
import type { Database } from './database.ts';
import { addHistory, readHistory } from './history.ts';
import { InFlightJournal } from './in-flight-journal.ts';
import {
  addLinkedDocuments,
  payForLinking,
  readKeptBytes,
  readLinkageLines,
  readLinkages,
  readLinkedDocuments,
  readLinking,
  readSettledDocuments,
  readStoryline,
  readStorylineChanges,
  readStorylines,
  resetLinking,
  retellStorylines,
  saveLinking,
  sayMissing,
} from './linking.ts';
import { commitRecords, readPending } from './outcomes.ts';
import {
  browseDocuments,
  readDocument,
  readDocuments,
  readFailureCounts,
  readOutcomes,
  readRecentlyProcessed,
  readResults,
  readSinks,
  saveSink,
} from './reading.ts';
import { acknowledge, endRun, heartbeat, readControl, readHolder, readRuns, startRun } from './runs.ts';
import { Session } from './session.ts';
import { withCodes } from './sqlite-error.ts';
import { readUsageOf } from './usage.ts';

/** The checkpoint of one batch in one SQLite file; blocks its thread while it reads or writes. */
export function sqliteCheckpoint(db: Database, path: string): Checkpoint {
  const session = new Session(db, path);
  const folder = dirname(path);
  const journal = new InFlightJournal(folder);
  const journaled = <T>(work: () => T) => withCodes(folder, work);
  return {
    batch: async () => session.read(() => readBatch(session)),

    beginAcceptance: async (source, author) => session.write(() => beginAcceptance(session, source, author)),
    accept: async (acceptance, lines, options, author) =>
      session.write(() => acceptLines(session, acceptance, lines, options, author)),
    endAcceptance: async (acceptance, totals, author) =>
      session.write(() => endAcceptance(session, acceptance, totals, author)),
    acceptances: async () => session.read(() => readAcceptances(session)),

    collectedSources: async () => session.read(() => readCollectedSources(session)),
    beginCollecting: async (source, author) => session.write(() => beginCollecting(session, source, author)),
    collect: async (acceptance, results, author) => session.write(() => collect(session, acceptance, results, author)),
    endCollecting: async (acceptance, author) => session.write(() => endCollecting(session, acceptance, author)),

    startRun: async (runner, options, author) => {
      const { takeOver } = options;
      const inFlight = takeOver === null ? [] : journaled(() => journal.read(takeOver));
      const run = session.write(() => startRun(session, runner, inFlight, options, author));
      if (takeOver !== null) journaled(() => journal.drop(takeOver));
      return run;
    },
    control: async () => session.read(() => readControl(session)),
    acknowledge: async (run, controlId) => session.write(() => acknowledge(session, run, controlId)),
    heartbeat: async (run, report, author) => session.write(() => heartbeat(session, run, report, author)),
    endRun: async (run, end, move, author) => {
      session.write(() => endRun(session, run, end, move, author));
      journaled(() => journal.drop(run));
    },
    holder: async () => session.read(() => readHolder(session)),
    runs: async () => session.read(() => readRuns(session)),

    pending: async (options) => session.read(() => readPending(session, options)),
    begin: async (run, seqs) => journaled(() => journal.add(run, seqs)),
    giveBack: async (run, seqs) => journaled(() => journal.remove(run, seqs)),
    commit: async (run, records, author) => {
      const counts = session.write(() => commitRecords(session, run, records, author));
      journal.forget(records.filter(({ kind }) => kind !== 'spent').map(({ seq }) => seq));
      return counts;
    },

    transition: async (move, options, author) =>
      session.write(() => {
        transition(session, move, options, author);
        return readBatch(session);
      }),
    retry: async (filter, author) => session.write(() => retryFailed(session, filter, author)),
    updateSettings: async (settings, change, author) =>
      session.write(() => {
        updateSettings(session, settings, change, author);
        return readBatch(session);
      }),
    replacePipeline: async (pipeline, settings, redo, author) =>
      session.write(() => replacePipeline(session, pipeline, settings, redo, author)),
    note: async (entry, author) => session.write(() => addHistory(session, entry, author)),

    results: async (options) => session.read(() => readResults(session, options)),
    documents: async (filter, options) => session.read(() => readDocuments(session, filter, options)),
    browse: async (filter, options) => session.read(() => browseDocuments(session, filter, options)),
    outcomes: async (options) => session.read(() => readOutcomes(session, options)),
    recentlyProcessed: async (limit) => session.read(() => readRecentlyProcessed(session, limit)),
    document: async (documentId) => session.read(() => readDocument(session, documentId)),
    usageOf: async (documentId) => session.read(() => readUsageOf(session, documentId)),
    failureCounts: async () => session.read(() => readFailureCounts(session)),
    history: async ({ afterSeq, limit }) => session.read(() => readHistory(session, afterSeq, limit)),

    sinks: async () => session.read(() => readSinks(session)),
    saveSink: async (run, state) => session.write(() => saveSink(session, run, state)),

    linking: async () => session.read(() => readLinking(session)),
    resetLinking: async (run, options, author) => session.write(() => resetLinking(session, run, options, author)),
    addLinkedDocuments: async (run, documents, author) =>
      session.write(() => addLinkedDocuments(session, run, documents, author)),
    saveLinking: async (run, update, author) => session.write(() => saveLinking(session, run, update, author)),
    retellStorylines: async (run, told, author) => session.write(() => retellStorylines(session, run, told, author)),
    sayMissing: async (run, missing, author) => session.write(() => sayMissing(session, run, missing, author)),
    addLinkingUsage: async (run, usage) => session.write(() => payForLinking(session, run, usage)),
    linkedDocuments: async (options) => session.read(() => readLinkedDocuments(session, options)),
    keptBytes: async (query) => session.read(() => readKeptBytes(session, query)),
    settledDocuments: async (options) => session.read(() => readSettledDocuments(session, options)),
    storylines: async (options) => session.read(() => readStorylines(session, options)),
    storyline: async (storylineId) => session.read(() => readStoryline(session, storylineId)),
    linkages: async (storylineId, options) => session.read(() => readLinkages(session, storylineId, options)),
    linkageLines: async (storylineIds, options) => session.read(() => readLinkageLines(session, storylineIds, options)),
    storylineChanges: async (options) => session.read(() => readStorylineChanges(session, options)),

    check: async () => session.read(() => checkBatch(session)),
    close: async () => {
      journal.close();
      session.close();
    },
  };
}

/** Writes the one row that makes a new database a batch. */
export function insertBatch(db: Database, path: string, batch: NewBatch, author: { atMs: number; by: string }): void {
  const session = new Session(db, path);
  session.write(() => {
    session
      .sql(
        `INSERT INTO batch (one, batch_id, job_id, status, created_at, updated_at, pipeline, settings, is_collection)
         VALUES (1, ?, ?, 'QUEUED', ?, ?, ?, ?, ?)`,
      )
      .run(
        batch.batchId,
        batch.jobId,
        author.atMs,
        author.atMs,
        JSON.stringify(batch.pipeline),
        JSON.stringify(batch.settings),
        batch.isCollection === true ? 1 : 0,
      );
    addHistory(session, { event: 'created', to: 'QUEUED', reason: null, run: null, details: {} }, author);
  });
}
