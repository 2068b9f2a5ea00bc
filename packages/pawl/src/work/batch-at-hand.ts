import type { Checkpoint } from '../checkpoint/checkpoint.ts';

/** An open batch and where its outputs are: what it takes to work on it. */
export interface BatchAtHand {
  readonly checkpoint: Checkpoint;
  readonly folder: string;
}
