import { Cli } from './cli.ts';
import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { isHelp, usageError } from './usage-error.ts';

// The process behind `pawl`: runs one command, says what went wrong in one sentence, ends with the code of the contract.

const cli = new Cli();
const args = process.argv.slice(2);
process.on('uncaughtException', (error) => {
  void reportError(error, cli.output, false).finally(() => process.exit(EXIT.error));
});
const exitCode = await runCommandLine();
await cli.output.flush();
process.exit(exitCode);

async function runCommandLine(): Promise<number> {
  const program = createProgram(cli);
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (isHelp(error)) return EXIT.processed;
    if (args.length === 0) return EXIT.wrongUse;
    return reportError(usageError(error), cli.output, args.includes('--json'));
  }
}
