import { spawn } from 'node:child_process';
import { messageOf } from '../domain/errors.ts';
import type { BatchView } from '../engine/describe-batch.ts';

/** What somebody can be told of. */
export type NotificationEvent = 'ended' | 'paused' | 'failed' | 'suspended';

/** What is sent, as JSON: on the standard input of a command, or as the body of a POST. */
export interface Notification {
  readonly event: NotificationEvent;
  /** Why, where there is more to say than the event's name. */
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** As `pawl status --json` gives it. */
  readonly batch: BatchView;
}

const POST_TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 30_000;
const MAX_ERROR_LENGTH = 500;

/**
 * Tells one target, a command or an http(s) address. Never throws: telling must not disturb the batch.
 * @returns what went wrong, or null
 */
export async function notify(target: string, notification: Notification): Promise<string | null> {
  try {
    await (/^https?:\/\//i.test(target) ? post(target, notification) : runCommand(target, notification));
    return null;
  } catch (error) {
    return messageOf(error).slice(0, MAX_ERROR_LENGTH);
  }
}

/** A redirect is an error: the address is what the user named, and nothing else. */
async function post(url: string, notification: Notification): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(notification),
    redirect: 'error',
    signal: AbortSignal.timeout(POST_TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
}

/** The command is the user's own text and may use the shell; what the batch says goes to its standard input only. */
async function runCommand(command: string, notification: Notification): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  const timeout = setTimeout(() => killGroup(child.pid), COMMAND_TIMEOUT_MS);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < MAX_ERROR_LENGTH) complaint += text;
  });
  child.stdin.on('error', () => undefined); // a command need not read it
  child.stdin.end(`${JSON.stringify(notification)}\n`);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...ending) => resolve(ending));
    });
    if (signal !== null) throw new Error(`it was ended by ${signal}${timedOut(signal)}`);
    if (code !== 0) throw new Error(`it ended with exit code ${code}: ${complaint.trim()}`);
  } finally {
    clearTimeout(timeout);
    child.stderr.destroy();
  }
}

function timedOut(signal: NodeJS.Signals): string {
  return signal === 'SIGKILL' ? `, perhaps since it took longer than ${COMMAND_TIMEOUT_MS / 1000} s` : '';
}

/** The shell and what it started. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
