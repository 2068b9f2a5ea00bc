import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { commandAuthor } from './author.ts';
import { Output } from './output.ts';

/** What the commands of one process share. */
export class Cli {
  readonly output = new Output();
  /** Who gives the command, for the history. */
  readonly by = commandAuthor();
  exitCode = 0;
}

/** One command of `pawl`. */
export type CommandFactory = (cli: Cli) => CommandUnknownOpts;
