import type { BatchView } from '../engine/describe-batch.ts';
import { describeBatch } from '../engine/describe-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import type { Cli } from './cli.ts';
import { type DetachOptions, detachRun } from './detach-run.ts';
import type { NextCommands } from './next-commands.ts';
import type { OpenBatch } from './open-batch.ts';
import { count } from './terminal/quantity.ts';
import { terminalText } from './terminal/terminal-text.ts';
import { textTable } from './terminal/text-table.ts';

/** Starts the work on a batch in the background and says how to follow it. @throws {PawlError} `unexpected` */
export async function workInBackground(
  { output }: Cli,
  open: OpenBatch,
  options: DetachOptions & { readonly json: boolean; readonly next: NextCommands },
): Promise<void> {
  const { pid, log } = await detachRun(open, options);
  const view = await describeBatch(open.checkpoint, systemClock.now());
  if (options.json) return output.json(view);
  await output.answer(
    ...identityLines(view),
    `Working:    in the background, process ${pid}`,
    `Log:        ${terminalText(log)}`,
    '',
    ...followLines(open.batchId, options.next),
  );
}

/** Which batch it is: for people, and for scripts that read one line each. */
export function identityLines(view: BatchView): string[] {
  return [`Job ID:     ${view.job_id}`, `Batch ID:   ${view.batch_id}`, `Documents:  ${count(view.total_documents)}`];
}

function followLines(id: string, next: NextCommands): string[] {
  const steps = [
    ['Watch it', 'monitor'],
    ['How far it is', 'status'],
    ['Pause it', 'pause'],
    ['Go on', 'resume'],
    ['Stop it for good', 'stop'],
  ] as const;
  return textTable(steps.map(([what, verb]) => [`  ${what}:`, next.of(verb, id)]));
}
