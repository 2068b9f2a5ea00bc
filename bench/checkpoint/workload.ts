import type { Checkpoint } from '../../packages/pawl/src/checkpoint/checkpoint.ts';
import { openStore } from '../../packages/pawl/src/composition.ts';
import { DEFAULT_SETTINGS } from '../../packages/pawl/src/config/default-settings.ts';
import { Pipeline } from '../../packages/pawl/src/pipeline/pipeline.ts';
import type { Stage } from '../../packages/pawl/src/pipeline/stage.ts';

export const BATCH_ID = 'bench';
/** A text that makes a result of 3 KB: it stands in it twice. */
const TEXT = 'The committee met on Tuesday to discuss the budget. '.repeat(24);

const [folderArgument = '', countArgument = '0'] = process.argv.slice(2);
export const folder: string = folderArgument;
export const count: number = Number(countArgument);

export const author = { atMs: Date.now(), by: 'bench' };

export function sourceOf(index: number): string {
  return JSON.stringify({ document_id: idOf(index), text: TEXT });
}

export function idOf(index: number): string {
  return `document_${String(index).padStart(8, '0')}`;
}

/** A stage that does nothing, at once. */
export function doNothing(onFirst: () => void = () => undefined): Pipeline {
  let isFirst = true;
  const stage: Stage = {
    name: 'nothing',
    provider: 'bench',
    model: null,
    fingerprint: 'nothing',
    description: 'nothing',
    run: () => {
      if (isFirst) onFirst();
      isFirst = false;
      return Promise.resolve({ value: null });
    },
  };
  return new Pipeline([stage]);
}

export const settings = { ...DEFAULT_SETTINGS, concurrency: 128, sinks: [] };

export function openBench(): Promise<Checkpoint> {
  return openStore(folder).openThreaded(BATCH_ID);
}

/** Prints what bench/checkpoint.ts reads. */
export function report(seconds: number): void {
  console.log(JSON.stringify({ seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}
