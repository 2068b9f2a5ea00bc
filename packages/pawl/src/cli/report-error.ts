import { ERROR_CATALOGUE, type ErrorCode, isPawlError, messageOf } from '../domain/errors.ts';
import { EXIT } from './exit-code.ts';
import type { Output } from './output.ts';
import { terminalText } from './terminal/terminal-text.ts';

/** An error as `--json` prints it. */
interface ErrorView {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly remedy: string };
}

/**
 * Says what went wrong and what to do: for people on standard error, and with `json` as one JSON value on standard output
 * as well, so that its reader always finds exactly one.
 * @returns the exit code
 */
export async function reportError(error: unknown, output: Output, json: boolean): Promise<number> {
  const view = describeError(error);
  const { bold, red } = output.errorStyle;
  output.say(`${red(bold('pawl:'))} ${terminalText(view.error.message)}`, `      ${view.error.remedy}`);
  if (process.env.PAWL_DEBUG === '1' && error instanceof Error) output.say(error.stack ?? '');
  if (json) await output.json(view);
  return ERROR_CATALOGUE[view.error.code].exitCode === 2 ? EXIT.wrongUse : EXIT.error;
}

/** An error in the words of the catalogue; what is not in it is a defect. */
function describeError(error: unknown): ErrorView {
  const code = isPawlError(error) ? error.code : 'unexpected';
  return { error: { code, message: sentence(messageOf(error)), remedy: ERROR_CATALOGUE[code].remedy } };
}

function sentence(message: string): string {
  return /[.!?:]$/.test(message) ? message : `${message}.`;
}
