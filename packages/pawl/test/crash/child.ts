import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildOptions } from './run-child.ts';

const SCRIPT = join(import.meta.dirname, 'run-child.ts');

export interface Child {
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Resolves when the output matches. */
  printed(pattern: RegExp): Promise<void>;
  /** Resolves with the code or signal it ended with. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts a process that works on a batch. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(output)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without printing ${pattern}: ${output}`)));
    });
  return { process: child, output: () => output, printed, ended };
}
