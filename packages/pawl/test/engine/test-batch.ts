import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { BatchSettings } from '../../src/domain/batch.ts';
import type { Clock } from '../../src/engine/clock.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { submitBatch } from '../../src/intake/submit-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Stage } from '../../src/pipeline/stage.ts';

/** A batch of documents `d1` ... in a real checkpoint, and a way in by its database. */
export interface TestBatch extends AsyncDisposable {
  readonly checkpoint: Checkpoint;
  readonly databasePath: string;
}

export async function testBatch(documents: number, changed: Partial<BatchSettings> = {}): Promise<TestBatch> {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-engine-'));
  const input = join(folder, 'in.jsonl');
  const lines = Array.from({ length: documents }, (_, i) =>
    JSON.stringify({ document_id: `d${i + 1}`, text: 'Rain.' }),
  );
  writeFileSync(input, lines.join('\n'));
  const store = openStore(join(folder, 'data'));
  const { checkpoint } = await submitBatch(store, {
    input,
    batchId: 'b',
    settings: { ...DEFAULT_SETTINGS, ...changed },
    pipeline: stagesOf(async () => undefined).identity,
    pipelineChoice: null,
    reprocessChanged: false,
    by: 'test',
    clock: systemClock,
    newJobId: randomUUID,
  });
  return {
    checkpoint,
    databasePath: join(store.folderOf('b'), 'checkpoint.db'),
    [Symbol.asyncDispose]: async () => {
      await checkpoint.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A pipeline of one stage that does `work` for each document. */
export function stagesOf(work: (documentId: string, signal: AbortSignal) => Promise<void>): Pipeline {
  const stage: Stage = {
    name: 'seen',
    provider: 'test',
    model: null,
    fingerprint: 'test',
    description: 'test',
    run: async ({ document }, signal) => {
      await work(document.documentId, signal);
      return { value: true };
    },
  };
  return new Pipeline([stage]);
}

/** The machine's clock, set to another time of day; runs on by itself. */
export class WatchHands implements Clock {
  readonly sleep = systemClock.sleep;
  readonly random = systemClock.random;
  #offsetMs = 0;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** @param time such as `19:59:59.9`, local, of one and the same day */
  set(time: string): void {
    this.#offsetMs = new Date(`2026-03-02T${time}`).getTime() - Date.now();
  }
}
