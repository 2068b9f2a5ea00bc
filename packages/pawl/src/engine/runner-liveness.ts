import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Run, Runner } from '../domain/batch.ts';

/** How long a run may be silent before another runner may take its batch over. */
const LEASE_DURATION_MS = 10_000;

/** This process, as it signs its runs. */
export function thisRunner(): Runner {
  return { pid: process.pid, host: hostname(), processStart: processStartOf(process.pid) };
}

/**
 * Whether the process that signed a run still exists. A process of another host cannot be seen: it counts as alive until
 * its lease runs out.
 */
function isRunnerAlive(runner: Runner): boolean {
  if (runner.host !== hostname()) return true;
  try {
    process.kill(runner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return runner.processStart === null || runner.processStart === processStartOf(runner.pid);
}

/** The run that was to hold the batch, if it does: its process lives and its lease has not run out. Null for none, and for one that died. */
export function liveHolder(holder: Run | null, nowMs: number): Run | null {
  if (holder === null || nowMs - holder.heartbeatAtMs >= LEASE_DURATION_MS) return null;
  return isRunnerAlive(holder.runner) ? holder : null;
}

/**
 * Ends a run's process that is frozen (SIGSTOP) with its lease run out, and so keeps what it had locked when it was frozen.
 * @returns whether there was one to end
 */
export function endFrozenRunner({ runner }: Run): boolean {
  if (runner.host !== hostname() || runner.processStart === null) return false;
  const isSameProcess = processStartOf(runner.pid) === runner.processStart;
  if (!isSameProcess || processStateOf(runner.pid) !== 'T') return false;
  process.kill(runner.pid, 'SIGKILL');
  return true;
}

/** The state letter of proc(5), such as `R`, `S`, `T`; null where the system does not tell. */
function processStateOf(pid: number): string | null {
  return statFieldsOf(pid)?.[0] ?? null;
}

/**
 * When a process was started, in the system's own unit, with the boot it belongs to (Linux: field 22 of
 * /proc/PID/stat, see proc(5)); null where the system does not tell or the process is a zombie's remains.
 */
function processStartOf(pid: number): string | null {
  const fields = statFieldsOf(pid);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return null;
  }
}

/** The fields of /proc/PID/stat from the third on: what stands before is a name that may hold anything. */
function statFieldsOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
