import { Command } from '@commander-js/extra-typings';
import type { Finding, SinkState } from '../../checkpoint/checkpoint.ts';
import type { LinkingState } from '../../checkpoint/linking-state.ts';
import { createSinks } from '../../composition.ts';
import { liveRun } from '../../engine/live-run.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { EXIT } from '../exit-code.ts';
import { type OpenBatch, withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { renderFindings } from '../render-findings.ts';

export const doctorCommand: CommandFactory = (cli) =>
  new Command('doctor')
    .summary('check that a batch is whole')
    .description(
      'Reads the whole batch and compares its counters with its rows, and each output with the checkpoint. Ends with exit ' +
        'code 1 when something is wrong. Outputs are left out while a runner writes them.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl doctor\n  pawl doctor news --json')
    .action(async (id, options) => {
      const { output } = cli;
      await withBatch(options.data, id, async (open) => {
        const running = (await liveRun(open.checkpoint, systemClock.now())) !== null;
        const findings = [...(await open.checkpoint.check()), ...(running ? [] : await checkSinks(open))];
        if (findings.length > 0) cli.exitCode = EXIT.error;
        if (options.json) return output.json({ batch_id: open.batchId, outputs_checked: !running, findings });
        if (running) output.say('A runner works on the batch: its outputs are not checked.');
        return output.answer(...renderFindings(findings, `Batch ${open.batchId}`, `Batch ${open.batchId} is whole.`));
      });
    });

/** What the outputs of a batch have that its checkpoint does not say, and the other way round. */
async function checkSinks({ checkpoint, folder }: OpenBatch): Promise<Finding[]> {
  const batch = await checkpoint.batch();
  const states = new Map((await checkpoint.sinks()).map((state) => [state.name, state]));
  const findings: Finding[] = [];
  for (const sink of createSinks(batch.settings, folder)) {
    const state = states.get(sink.name);
    // What was taken back since is delivered anew by the next run.
    const complaints =
      state === undefined || state.epoch !== batch.resultsEpoch
        ? []
        : [...(await sink.check(state.position, state.delivered))];
    await sink.close();
    if (sink.replaceStorylines !== undefined && lacksStorylines(state, await checkpoint.linking()))
      complaints.push('It does not hold the storylines as they were settled last.');
    for (const complaint of complaints) {
      findings.push({ check: `sink ${sink.name}`, message: `${sink.name}: ${complaint}`, remedy: REDELIVER });
    }
  }
  return findings;
}

function lacksStorylines(state: SinkState | undefined, linking: LinkingState | null): boolean {
  if (linking === null || linking.settledSeq === null) return false;
  return state?.settlement !== linking.settlement;
}

const REDELIVER = 'pawl resume delivers it again from the checkpoint, which holds all of it.';
