import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { seededRandom } from '../crash/random.ts';
import { ModelServer } from './model-server.ts';

const KILLS = Number(process.env.PAWL_TEST_KILLS ?? 15);
const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const DOCUMENTS = 40 * KILLS;
const LANES = 8;
const CHILD = join(import.meta.dirname, 'asking-child.ts');

function startChild(data: string, server: ModelServer) {
  const args = [CHILD, data, `openai-compatible:tiny@${server.url}`, String(DOCUMENTS), String(LANES)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, running: once(child.stdout, 'data') };
}

test(`G3 a run that is killed ${KILLS} times asks again for no more than was under way at the kills (seed ${SEED})`, {
  timeout: 600_000,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'pawl-killed-'));
  const server = await ModelServer.start({ latencyMs: () => 20 });
  const random = seededRandom(SEED);
  try {
    let kills = 0;
    while (kills < KILLS) {
      const { child, ended, running } = startChild(data, server);
      await running;
      const asked = server.requests.length;
      const wanted = Math.floor(random() * 60);
      while (server.requests.length < asked + wanted && child.exitCode === null) await sleep(1);
      if (child.exitCode !== null) break;
      child.kill('SIGKILL');
      await ended;
      kills += 1;
    }
    const last = startChild(data, server);
    expect(await last.ended).toBe(0);

    const checkpoint = await openStore(data).open('b');
    expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED', processed: DOCUMENTS, failed: 0 });
    expect(await checkpoint.check()).toEqual([]);
    await checkpoint.close();
    expect(kills).toBeGreaterThan(KILLS / 2);
    expect(server.answered.size).toBe(DOCUMENTS);
    expect(server.answers - DOCUMENTS).toBeLessThanOrEqual(kills * LANES);
    expect(server.requests.length - DOCUMENTS).toBeLessThanOrEqual(kills * LANES);
  } finally {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  }
});
