import type { BatchSettings } from '../domain/batch.ts';
import type { DocumentResult } from '../domain/result.ts';
import { UNATTENDED_CALL } from '../domain/stage-call.ts';
import { systemClock } from '../engine/system-clock.ts';
import { toInputDocument } from '../intake/to-input-document.ts';
import { assembleResult } from '../pipeline/assemble-result.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PlannedRequest, Stage, StageInput, StageOutput } from '../pipeline/stage.ts';
import { LinkingSample } from './linking-sample.ts';
import { type DocumentLine, textBytesOf } from './survey-input.ts';

/** Where a document is that belongs to no batch. */
const NOWHERE = { batchId: 'estimate', jobId: '' };

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

/**
 * What linking would ask about documents, with what a pipeline that asks no language model finds in them. A document that a stage fails on
 * is left out.
 */
export async function planLinking(
  pipeline: Pipeline,
  sample: readonly DocumentLine[],
  settings: BatchSettings,
  signal: AbortSignal,
): Promise<LinkingSample> {
  const linking = new LinkingSample();
  for (const line of sample) {
    signal.throwIfAborted();
    const document = toInputDocument(line.source, line.documentId, settings.fields);
    const result = await resultOf(pipeline, document, signal).catch(() => null);
    if (result !== null) linking.add(result, textBytesOf(line, settings));
  }
  linking.end();
  return linking;
}

async function resultOf(
  { stages }: Pipeline,
  document: StageInput['document'],
  signal: AbortSignal,
): Promise<DocumentResult> {
  const found: Findings = {};
  for (const stage of stages) {
    found[stage.name] = (await stage.run(inputOf(document, found), signal, UNATTENDED_CALL)).value;
  }
  const processedAtMs = systemClock.now();
  return assembleResult({ document, ...NOWHERE, processedAtMs, outputs: found, stages: {}, attempts: 1 });
}

async function planDocument(
  { stages }: Pipeline,
  document: StageInput['document'],
  signal: AbortSignal,
): Promise<readonly PlannedRequest[]> {
  const found: Findings = {};
  const requests: PlannedRequest[] = [];
  const lastPlanner = stages.findLastIndex(({ plan }) => plan !== undefined);
  for (const stage of stages.slice(0, lastPlanner + 1)) {
    const input = inputOf(document, found);
    const plan = await planOf(stage, input, signal);
    if (plan === null) found[stage.name] = (await stage.run(input, signal, UNATTENDED_CALL)).value;
    else requests.push(...plan);
  }
  return requests;
}

/** What stages have found, by their names. */
type Findings = Record<string, StageOutput['value']>;

function inputOf(document: StageInput['document'], found: Findings): StageInput {
  return {
    document,
    batchId: NOWHERE.batchId,
    entities: (found.entities ?? []) as StageInput['entities'],
    triplets: (found.dependencies ?? []) as StageInput['triplets'],
    events: (found.events ?? []) as StageInput['events'],
  };
}

async function planOf(stage: Stage, input: StageInput, signal: AbortSignal): Promise<readonly PlannedRequest[] | null> {
  return stage.plan === undefined ? null : stage.plan(input, signal);
}
