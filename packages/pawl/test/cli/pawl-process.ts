import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PAWL = fileURLToPath(new URL('../../bin/pawl.mjs', import.meta.url));
export const SCRIPTS = fileURLToPath(new URL('../../../../scripts/', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command, with what it has printed so far. */
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on standard error so far. */
  stderr(): string;
  /** Resolves when standard error matches. */
  saying(pattern: RegExp): Promise<void>;
}

export interface World {
  readonly folder: string;
  /** Runs `pawl` in the folder of this world until it ends. */
  pawl(...args: readonly string[]): Promise<Ended>;
  start(...args: readonly string[]): Running;
  /** Runs any command in the folder of this world. */
  command(command: string, ...args: readonly string[]): Promise<Ended>;
  write(name: string, lines: readonly unknown[]): Promise<string>;
  dispose(): Promise<void>;
}

/** A folder of its own with a data folder in it; processes that are left over at its end are ended. */
export async function createWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-cli-'));
  const running = new Set<ChildProcess>();
  const begin = (command: string, args: readonly string[]): Running => {
    const { NO_COLOR: _, FORCE_COLOR: __, npm_command: ___, ...inherited } = process.env;
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    return follow(child, () => running.delete(child));
  };
  return {
    folder,
    start: (...args) => begin(process.execPath, [PAWL, ...args]),
    pawl: (...args) => begin(process.execPath, [PAWL, ...args]).ended,
    command: (command, ...args) => begin(command, args).ended,
    write: async (name, lines) => {
      const path = join(folder, name);
      await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
      return path;
    },
    dispose: async () => {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function follow(child: ChildProcess, onEnd: () => void): Running {
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      onEnd();
      resolve({ code, stdout, stderr });
      for (const listener of listeners) listener();
    });
  });
  const saying = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const listener = () => {
        if (pattern.test(stderr)) resolve();
        else if (child.exitCode !== null)
          reject(new Error(`ended with ${child.exitCode} without saying ${pattern}: ${stderr}`));
        else return;
        listeners.delete(listener);
      };
      listeners.add(listener);
      listener();
    });
  return { child, ended, stderr: () => stderr, saying };
}
