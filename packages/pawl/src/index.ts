/**
 * pawl as a library: `const batch = await openBatch({ batchId: 'reports' }); await batch.add(documents); await batch.run();`
 * @module
 */
export type * from './checkpoint/checkpoint.ts';
export type { CheckpointStore, ListedBatch } from './checkpoint/checkpoint-store.ts';
export type { CollectedResult, CollectedSource, CollectionTally } from './checkpoint/collection-state.ts';
export type * from './checkpoint/linking-state.ts';
export { readResult } from './checkpoint/read-result.ts';
export { openStore } from './composition.ts';
export { DEFAULT_SETTINGS } from './config/default-settings.ts';
export type { SettledStorylines, Sink } from './delivery/sink.ts';
export type * from './domain/batch.ts';
export { BATCH_TRANSITIONS, type BatchMove, type BatchStatus, type DisplayedStatus } from './domain/batch-status.ts';
export type { InputDocument, Json, JsonObject } from './domain/document.ts';
export { ERROR_CATALOGUE, type ErrorCode, isPawlError, PawlError } from './domain/errors.ts';
export type { DocumentFailure, Outcome } from './domain/outcome.ts';
export { type DocumentResult, documentResultSchema } from './domain/result.ts';
export { StageError, type StageFault } from './domain/stage-error.ts';
export type { BatchView } from './engine/describe-batch.ts';
export type { DocumentTrace, StageTrace } from './engine/document-trace.ts';
export { type RunBatchOptions, type RunSummary, runBatch } from './engine/run-batch.ts';
export { BatchHandle } from './library/batch-handle.ts';
export { type OpenBatchOptions, openBatch } from './library/open-batch.ts';
export { createPipeline } from './pipeline/create-pipeline.ts';
export { Pipeline } from './pipeline/pipeline.ts';
export type { Stage, StageInput, StageOutput } from './pipeline/stage.ts';
export type { Linkage, Storyline } from './storylines/storyline.ts';
