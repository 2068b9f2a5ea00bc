import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Cli, CommandFactory } from './cli.ts';
import { analyzeCommand } from './commands/analyze-command.ts';
import { cacheCommand } from './commands/cache-command.ts';
import { completionCommand } from './commands/completion-command.ts';
import { configCommand } from './commands/config-command.ts';
import { deleteCommand } from './commands/delete-command.ts';
import { doctorCommand } from './commands/doctor-command.ts';
import { estimateCommand } from './commands/estimate-command.ts';
import { explainCommand } from './commands/explain-command.ts';
import { failedCommand } from './commands/failed-command.ts';
import { historyCommand } from './commands/history-command.ts';
import { linkCommand } from './commands/link-command.ts';
import { listCommand } from './commands/list-command.ts';
import { monitorCommand } from './commands/monitor-command.ts';
import { pauseCommand, stopCommand } from './commands/order-command.ts';
import { promptCommand } from './commands/prompt-command.ts';
import { receiptCommand } from './commands/receipt-command.ts';
import { resultsCommand } from './commands/results-command.ts';
import { resumeCommand } from './commands/resume-command.ts';
import { retryCommand } from './commands/retry-command.ts';
import { runCommand } from './commands/run-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { setCommand } from './commands/set-command.ts';
import { statusCommand } from './commands/status-command.ts';
import { storylinesCommand } from './commands/storylines-command.ts';
import { submitCommand } from './commands/submit-command.ts';
import { tokenCommand } from './commands/token-command.ts';
import { verifyCommand } from './commands/verify-command.ts';
import { version } from './version.ts';

const GROUPS: readonly (readonly [heading: string, commands: readonly CommandFactory[]])[] = [
  ['Work on a batch:', [estimateCommand, runCommand, submitCommand, resumeCommand, retryCommand, linkCommand]],
  ['Control it, from anywhere:', [pauseCommand, stopCommand, setCommand]],
  [
    'Look at it:',
    [
      statusCommand,
      monitorCommand,
      failedCommand,
      resultsCommand,
      storylinesCommand,
      explainCommand,
      historyCommand,
      analyzeCommand,
      listCommand,
    ],
  ],
  ['Trust it, clean up:', [doctorCommand, receiptCommand, verifyCommand, deleteCommand, cacheCommand]],
  ['Serve it:', [serveCommand, tokenCommand]],
  ['Set it up:', [configCommand, promptCommand, completionCommand]],
];

const EXIT_CODES = `
Without an id, a command takes the batch used last. Answers go to standard output, progress and messages to standard error.
Exit codes: 0 done, all processed; 3 done, some failed; 4 paused; 5 stopped; 130 interrupted; 2 wrong use; 1 anything else.

Start with:  pawl run documents.jsonl`;

/** The whole command line. */
export function createProgram(cli: Cli): CommandUnknownOpts {
  const program = new Command('pawl')
    .description(
      'Processes batches of documents through entities, dependency parse and event extraction, and never slips back.',
    )
    .version(version(), '--version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // said by reportError, in the words of the catalogue
    .addHelpText('after', EXIT_CODES);
  for (const [heading, commands] of GROUPS) {
    for (const create of commands) program.addCommand(create(cli).copyInheritedSettings(program).helpGroup(heading));
  }
  return program;
}
