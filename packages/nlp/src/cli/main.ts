import { text as readText } from 'node:stream/consumers';
import { loadEnglish } from '../load-english.ts';
import { answerOf, HELP, readRequest, UsageError } from './request.ts';

// `npx @pawl/nlp parse "The dog sleeps."`

/** A reader that goes away (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const request = readRequest(process.argv.slice(2));
  if (request === 'help') process.stdout.write(HELP);
  else {
    const input = request.text ?? (await standardInput());
    process.stdout.write(answerOf(await loadEnglish(), request, input));
  }
} catch (error) {
  if (!isWrongUse(error)) throw error;
  process.stderr.write(`pawl-nlp: ${error.message}\n`);
  process.exitCode = 2;
}

/** @throws {UsageError} when there is none */
async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) throw new UsageError('Give a text, or pipe one in.');
  return readText(process.stdin);
}

function isWrongUse(error: unknown): error is Error {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  return error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
}
