import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BatchSettings } from '../../src/domain/batch.ts';
import type { BatchHandle } from '../../src/library/batch-handle.ts';
import { openBatch } from '../../src/library/open-batch.ts';
import { type ChatRequest, FAULTS, type Fault, type ModelServer } from './model-server.ts';

/** Documents in whose texts nothing happens, so that nobody doubts an answer without events. */
export function quietDocuments(howMany: number): { document_id: string; text: string }[] {
  return Array.from({ length: howMany }, (_, i) => ({
    document_id: `d${i + 1}`,
    text: `This is page ${i + 1}. It is short. The paper is white. The letters are black. There is nothing else on it. It is the end.`,
  }));
}

/** A data folder of its own with a batch whose events come from that server. */
export async function modelBatch(
  server: ModelServer,
  settings: Partial<BatchSettings> = {},
): Promise<{ readonly batch: BatchHandle; readonly dispose: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'pawl-models-'));
  const stages = [{ name: 'events', provider: `openai-compatible:tiny@${server.url}` }];
  const batch = await openBatch({ batchId: 'b', data, settings: { stages, ...settings } });
  const dispose = async () => {
    await batch.close();
    rmSync(data, { recursive: true, force: true });
  };
  return { batch, dispose };
}

/**
 * Faults on a part of the requests, decided by a seed, the request and how often it came: the same request may fail in another
 * way the next time. Only how long an answer gets is the same each time.
 */
export function faultsOn(part: number, seed: number): (request: ChatRequest) => Fault | null {
  const came = new Map<string, number>();
  const chance = (text: string) => createHash('sha256').update(`${seed} ${text}`).digest().readUInt32BE() / 2 ** 32;
  return ({ id }) => {
    const times = (came.get(id) ?? 0) + 1;
    came.set(id, times);
    const isLong = chance(id) < part / FAULTS.length;
    if (isLong) return 'length';
    const others = FAULTS.filter((fault) => fault !== 'length');
    const drawn = chance(`${id} ${times}`);
    return drawn < part ? (others[Math.floor((drawn / part) * others.length)] ?? null) : null;
  };
}

/** Requests that were answered in full more than once, probes apart. */
export function answeredTwice(server: ModelServer): ChatRequest[] {
  const asked = new Map(server.requests.map((request) => [request.id, request]));
  return [...server.answered].flatMap(([id, times]) => {
    const request = asked.get(id);
    return times > 1 && request !== undefined && !request.user.includes('Answer with {}') ? [request] : [];
  });
}
