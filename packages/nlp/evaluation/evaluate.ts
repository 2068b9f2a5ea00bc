import { nerCommand } from './ner-command.ts';
import { parseCommand } from './parse-command.ts';
import { triggersCommand } from './triggers-command.ts';
import { tripletsCommand } from './triplets-command.ts';
import { UsageError } from './usage-error.ts';

/** A subcommand of `npm run -s evaluate -- <name> …`. */
export interface EvaluateCommand {
  /** The name and arguments, as the help shows them. */
  readonly usage: string;
  /**
   * Runs the evaluation and returns what is to be printed.
   * @throws {UsageError} for wrong arguments.
   */
  run(args: readonly string[]): Promise<string>;
}

/** What this package evaluates, by name. */
export const NLP_COMMANDS: Readonly<Record<string, EvaluateCommand>> = {
  parse: parseCommand,
  ner: nerCommand,
  triplets: tripletsCommand,
  triggers: triggersCommand,
};

/** Runs the subcommand that the arguments name, prints what it gives, and ends the process with 2 on wrong use. */
export async function evaluate(
  commands: Readonly<Record<string, EvaluateCommand>>,
  [name = '', ...args]: readonly string[],
): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const usages = Object.values(commands).map(({ usage }) => `  npm run -s evaluate -- ${usage}`);
    console.error(
      `${name === '' ? 'Name an evaluation.' : `There is no evaluation "${name}".`} Use one of:\n${usages.join('\n')}`,
    );
    process.exit(2);
  }
  try {
    console.log(await command.run(args));
  } catch (error) {
    if (!isUsageProblem(error)) throw error;
    console.error(`${(error as Error).message}\nUsage: npm run -s evaluate -- ${command.usage}`);
    process.exit(2);
  }
}

/** Wrong arguments, by our own check or by Node's, or a file that cannot be read. */
function isUsageProblem(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    error instanceof UsageError || (typeof code === 'string' && /^(?:ERR_PARSE_ARGS|ENOENT|EISDIR|EACCES)/.test(code))
  );
}
