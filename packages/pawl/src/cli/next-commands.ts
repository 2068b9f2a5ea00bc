import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** Verbs that have a script of their own in scripts/. */
const SCRIPTS: Readonly<Record<string, string>> = {
  monitor: 'monitor_batch.sh',
  pause: 'pause_batch.sh',
  resume: 'resume_batch.sh',
  stop: 'stop_batch.sh',
  status: 'checkpoint_status.sh',
  analyze: 'analyze_batch.sh',
};

/**
 * Writes commands so that the user can paste them: with the data folder where the command named one, in the words of the
 * scripts for those who came by a script (PAWL_SCRIPTS names their folder), as `npx pawl` for those who came by npm.
 */
export class NextCommands {
  readonly #data: string;

  constructor(command: CommandUnknownOpts) {
    const { data }: { data?: unknown } = command.opts();
    this.#data = command.getOptionValueSource('data') === 'cli' ? ` --data ${quote(String(data))}` : '';
  }

  /** The command line of `pawl VERB ID`. */
  of(verb: string, id: string, ...rest: readonly string[]): string {
    const script = SCRIPTS[verb];
    const folder = process.env.PAWL_SCRIPTS;
    const tail = [id, ...rest].map(quote).join(' ') + this.#data;
    if (script !== undefined && folder !== undefined && existsSync(join(folder, script))) {
      return `${quote(join(folder, script))} ${tail}`;
    }
    return `${process.env.npm_command === undefined ? 'pawl' : 'npx pawl'} ${verb} ${tail}`;
  }
}

/** As a POSIX shell needs it. */
function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
