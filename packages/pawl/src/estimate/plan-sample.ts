import type { BatchSettings } from '../domain/batch.ts';
import { UNATTENDED_CALL } from '../domain/stage-call.ts';
import { toInputDocument } from '../intake/to-input-document.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PlannedRequest, Stage, StageInput } from '../pipeline/stage.ts';
import { type DocumentLine, textBytesOf } from './survey-input.ts';

/** A document with what would be asked about it. */
export interface PlannedDocument {
  readonly textBytes: number;
  readonly requests: readonly PlannedRequest[];
}

/**
 * What a pipeline would ask about documents, without asking: the stages before are really done, since their findings are part
 * of the prompts. A document that one of them fails on is left out.
 */
export async function planSample(
  pipeline: Pipeline,
  sample: readonly DocumentLine[],
  settings: BatchSettings,
  signal: AbortSignal,
): Promise<readonly PlannedDocument[]> {
  const planned: PlannedDocument[] = [];
  for (const line of sample) {
    signal.throwIfAborted();
    const document = toInputDocument(line.source, line.documentId, settings.fields);
    const requests = await planDocument(pipeline, document, signal).catch(() => null);
    if (requests !== null) planned.push({ textBytes: textBytesOf(line, settings), requests });
  }
  return planned;
}

/** Whether a stage asks a language model, and can say before what it will ask. */
export function plansRequests(pipeline: Pipeline): boolean {
  return pipeline.stages.some(({ plan }) => plan !== undefined);
}

async function planDocument(
  { stages }: Pipeline,
  document: StageInput['document'],
  signal: AbortSignal,
): Promise<readonly PlannedRequest[]> {
  const found: Record<string, unknown> = {};
  const input = (): StageInput => ({
    document,
    batchId: 'estimate',
    entities: (found.entities ?? []) as StageInput['entities'],
    triplets: (found.dependencies ?? []) as StageInput['triplets'],
    events: [],
  });
  const requests: PlannedRequest[] = [];
  const lastPlanner = stages.findLastIndex(({ plan }) => plan !== undefined);
  for (const stage of stages.slice(0, lastPlanner + 1)) {
    const plan = await planOf(stage, input(), signal);
    if (plan === null) found[stage.name] = (await stage.run(input(), signal, UNATTENDED_CALL)).value;
    else requests.push(...plan);
  }
  return requests;
}

async function planOf(stage: Stage, input: StageInput, signal: AbortSignal): Promise<readonly PlannedRequest[] | null> {
  return stage.plan === undefined ? null : stage.plan(input, signal);
}
