import type { DocumentResult, StageMetadata } from '../domain/result.ts';
import type { StageOutput } from './stage.ts';

/** What an earlier result gives to stages that need not be done again. */
export interface PreviousStages {
  readonly outputs: Readonly<Record<string, StageOutput['value']>>;
  readonly stages: Readonly<Record<string, StageMetadata>>;
}

/** Reads a stored result back into stage outputs, without those in `redoStages`. */
export function readPreviousResult(json: string, redoStages: readonly string[]): PreviousStages {
  const result = JSON.parse(json) as DocumentResult;
  const values: Record<string, StageOutput['value']> = {
    entities: result.extracted_entities,
    dependencies: result.extracted_soa_triplets,
    events: result.events,
    ...result.extensions,
  };
  const outputs: Record<string, StageOutput['value']> = {};
  const stages: Record<string, StageMetadata> = {};
  for (const [name, metadata] of Object.entries(result.processing_metadata.stages)) {
    const value = values[name];
    if (redoStages.includes(name) || value === undefined) continue;
    outputs[name] = value;
    stages[name] = metadata;
  }
  return { outputs, stages };
}
