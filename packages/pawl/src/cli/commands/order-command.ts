import { Command } from '@commander-js/extra-typings';
import { type OrderOutcome, orderBatch } from '../../engine/control-batch.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { Cli, CommandFactory } from '../cli.ts';
import { confirm } from '../confirm.ts';
import { NextCommands } from '../next-commands.ts';
import { type OpenBatch, withBatch } from '../open-batch.ts';
import { dataOption, yesOption } from '../options.ts';
import { counted } from '../terminal/quantity.ts';

export const pauseCommand: CommandFactory = (cli) =>
  new Command('pause')
    .summary('pause a batch')
    .description(
      'Pauses a batch, wherever it runs. When this returns, no further document starts; those in flight are finished and saved.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--now', 'give back what is in flight, unharmed and uncounted, instead of finishing it')
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl pause\n  pawl pause news --now')
    .action((id, options, command) =>
      withBatch(options.data, id, async (batch) => {
        await order(cli, batch, 'pause', options.now ?? false);
        cli.output.say(`Go on with: ${new NextCommands(command).of('resume', batch.batchId)}`);
      }),
    );

export const stopCommand: CommandFactory = (cli) =>
  new Command('stop')
    .summary('stop a batch for good')
    .description('Stops a batch for good: it cannot be resumed. What was processed is kept. Asks first.')
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--now', 'give back what is in flight instead of finishing it')
    .addOption(yesOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl stop news\n  pawl stop news --yes')
    .action((id, options) =>
      withBatch(options.data, id, async (batch) => {
        await confirm(
          `Stop batch ${batch.batchId} for good? (To go on later, pause it instead.)`,
          options.yes ?? false,
        );
        await order(cli, batch, 'stop', options.now ?? false);
      }),
    );

async function order(
  { by, output }: Cli,
  { checkpoint, batchId }: OpenBatch,
  move: 'pause' | 'stop',
  now: boolean,
): Promise<void> {
  const outcome = await orderBatch(checkpoint, move, { now, by, clock: systemClock });
  const { processed, failed, total } = outcome.batch;
  const state = move === 'pause' ? 'paused' : 'stopped';
  await output.answer(
    `Batch ${batchId} is ${state}: ${processed} processed, ${failed} failed, ${total - processed - failed} remaining.`,
  );
  const note = runnerNote(outcome);
  if (note !== null) output.say(note);
}

function runnerNote({ runner, inFlight }: OrderOutcome): string | null {
  if (runner === 'unanswered')
    return 'Its runner did not answer within 5 s (it may be frozen); it obeys as soon as it wakes.';
  if (runner === 'idle' || inFlight === 0) return null;
  return `Its runner finishes and saves ${counted(inFlight, 'document')} in flight; no further one starts.`;
}
