import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { NODE_FLAGS } from '../../bin/node-flags.mjs';
import { PAWL } from '../cli/pawl-process.ts';

/** A server that is a process of its own, and can be killed and started again at the same address. */
export class ServerProcess {
  readonly url: string;
  readonly #args: readonly string[];
  #child: ChildProcess | null = null;

  constructor(port: number, data: string, flags: readonly string[] = []) {
    this.url = `http://127.0.0.1:${port}`;
    this.#args = [
      ...NODE_FLAGS,
      PAWL,
      'serve',
      '--port',
      String(port),
      '--data',
      data,
      '--log-level',
      'error',
      '--rate-limit',
      '0',
      ...flags,
    ];
  }

  /** Of the process, in MiB; Linux only. */
  residentMb(): number {
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let said = '';
    while (!said.includes('pawl serves')) {
      const [chunk] = (await Promise.race([once(child.stderr, 'data'), once(child, 'exit')])) as [unknown];
      if (child.exitCode !== null) throw new Error(`the server ended: ${said}`);
      said += String(chunk);
    }
    child.stderr.resume();
  }

  /** Resolves with its exit code; null when the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
