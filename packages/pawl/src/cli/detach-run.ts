import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PawlError } from '../domain/errors.ts';
import type { OpenBatch } from './open-batch.ts';
import { terminalText } from './terminal/terminal-text.ts';

const PAWL = fileURLToPath(new URL('../../bin/pawl.mjs', import.meta.url));
/** How long a background process may take to begin; loading the models is the slow part. */
const MAX_START_MS = 60_000;
const POLL_MS = 50;
const MAX_LOG_TAIL_BYTES = 2_000;

export interface DetachOptions {
  /** The data folder. */
  readonly data: string;
  readonly pipeline?: 'keep' | 'replace' | undefined;
}

/** A batch that is being worked on in the background. */
export interface DetachedRun {
  readonly pid: number;
  /** Where the background process writes what it says. */
  readonly log: string;
}

/**
 * Works on a batch in a background process that outlives this one and its terminal. Returns once it holds the batch (or
 * has already ended as it should).
 * @throws {PawlError} `unexpected` with the end of its log when it could not begin
 */
export async function detachRun(
  { checkpoint, batchId, folder }: OpenBatch,
  { data, pipeline }: DetachOptions,
): Promise<DetachedRun> {
  const log = join(folder, 'run.log');
  const logFile = openSync(log, 'a');
  const { PAWL_LAUNCHED: _, ...env } = process.env;
  const choice = pipeline === undefined ? [] : ['--pipeline', pipeline];
  const child = spawn(process.execPath, [PAWL, 'resume', batchId, '--data', resolve(data), ...choice], {
    detached: true,
    stdio: ['ignore', logFile, logFile],
    env,
  });
  closeSync(logFile);
  let ended: number | null | undefined;
  child.once('exit', (code) => {
    ended = code;
  });
  child.once('error', () => {
    ended = null;
  });
  for (let waitedMs = 0; waitedMs < MAX_START_MS; waitedMs += POLL_MS) {
    if (ended !== undefined) break;
    if ((await checkpoint.holder())?.runner.pid === child.pid) break;
    await sleep(POLL_MS);
  }
  child.unref();
  if (ended !== undefined && !REGULAR_ENDS.includes(ended)) {
    throw new PawlError('unexpected', `The run in the background could not begin: ${await tailOf(log)}`);
  }
  return { pid: child.pid ?? 0, log };
}

/** Done, done with failures, paused, stopped: a small batch may come to rest before it is looked at. */
const REGULAR_ENDS: readonly (number | null)[] = [0, 3, 4, 5];

async function tailOf(path: string): Promise<string> {
  const file = await openFile(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MAX_LOG_TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return terminalText(buffer.toString('utf8').trim().split('\n').slice(-2).join(' '));
  } finally {
    await file.close();
  }
}
