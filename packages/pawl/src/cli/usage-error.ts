import { CommanderError } from '@commander-js/extra-typings';
import { PawlError } from '../domain/errors.ts';

/** True when the command line ended by printing help or the version that was asked for. */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** What commander found wrong with the command line, as an error of the catalogue; anything else as it is. */
export function usageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const code = error.code === 'commander.invalidArgument' ? 'invalid_flag' : 'invalid_usage';
  return new PawlError(code, message.charAt(0).toUpperCase() + message.slice(1), { cause: error });
}
