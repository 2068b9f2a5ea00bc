import type { PipelineIdentity } from '../domain/batch.ts';
import type { Stage } from './stage.ts';

/** The stages a document goes through, in order. */
export class Pipeline {
  readonly stages: readonly Stage[];

  constructor(stages: readonly Stage[]) {
    this.stages = stages;
  }

  /** What decides its results; two pipelines of the same identity give the same. */
  get identity(): PipelineIdentity {
    return {
      stages: this.stages.map(({ name, fingerprint, description }) => ({ name, fingerprint, description })),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.stages.map((stage) => stage.close?.()));
  }
}
