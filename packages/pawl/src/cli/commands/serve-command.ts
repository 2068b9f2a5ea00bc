import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { resolveSettings } from '../../config/resolve-settings.ts';
import { SETTINGS } from '../../config/setting.ts';
import { parseSize } from '../../config/size.ts';
import { startServer } from '../../server/serve.ts';
import { addAllSettings } from '../accept-documents.ts';
import type { CommandFactory } from '../cli.ts';
import { collect, commandSettings, dataOption } from '../options.ts';
import { listenForSignals } from '../run-signals.ts';
import { version } from '../version.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const DEFAULT_PORT = 8321;
const DEFAULT_MAX_BATCHES = 4;
const DEFAULT_MAX_BODY_BYTES = 16 * 1024 * 1024;

export const serveCommand: CommandFactory = (cli) => {
  const command = new Command('serve')
    .summary('serve the API and the dashboard, and work on batches')
    .description(
      'Serves the interface (/api/v1, described at /docs) and the dashboard, and works on the batches of the data folder: those ' +
        'that are submitted to it or by pawl submit, and those whose runner died. Restart it at any time: it goes on. ' +
        'Ctrl-C once finishes and saves what is in flight, twice gives it back. Settings are those of new batches.',
    )
    .option('--port <port>', 'port to listen on; 0 for one that is free', parsePort, DEFAULT_PORT)
    .option(
      '--host <address>',
      'address to listen on; any but a loopback address requires tokens (pawl token)',
      '127.0.0.1',
    )
    .option('--require-token', 'ask for tokens on a loopback address too, as behind a proxy')
    .option('--cors <origin>', 'origin of a page elsewhere that may use the interface; may be repeated', collect)
    .option(
      '--rate-limit <n>',
      'requests a client may send a minute; 0: any number; default: 6000 where tokens are required, else any number',
      parseRate,
    )
    .option('--no-work', 'serve only; leave the work to others')
    .option('--batches <n>', 'batches that are worked on at once', parseBatches, DEFAULT_MAX_BATCHES)
    .addOption(
      new Option('--max-body <size>', 'largest JSON body; streams have no limit')
        .argParser(parseBody)
        .default(DEFAULT_MAX_BODY_BYTES, '16M'),
    )
    .addOption(new Option('--log-level <level>', 'what is logged').choices(LOG_LEVELS).default('info' as const))
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl serve\n  pawl serve --port 9000 --batches 2 --concurrency 8\n  pawl token create ops --scope read --scope control && pawl serve --host 0.0.0.0',
    );
  addAllSettings(command);
  return command.action(async (options) => {
    const { settings } = resolveSettings({
      base: DEFAULT_SETTINGS,
      baseOrigin: 'default',
      among: SETTINGS,
      ...(await commandSettings(command)),
    });
    const server = await startServer({
      data: options.data,
      host: options.host,
      port: options.port,
      maxBatches: options.work ? options.batches : 0,
      settings,
      maxBodyBytes: options.maxBody,
      maxRequestsPerMinute: options.rateLimit ?? null,
      requiresToken: options.requireToken ?? false,
      corsOrigins: options.cors ?? [],
      logLevel: options.logLevel,
      by: cli.by,
      version: version(),
    });
    const ended = Promise.withResolvers<void>();
    const signals = listenForSignals((times) => {
      cli.output.say(times === 1 ? 'pawl: saving what is in flight, then ending.' : 'pawl: ending at once.');
      server.close(times === 2).then(ended.resolve, ended.reject);
    });
    cli.output.say(`pawl serves ${server.url} (API: ${server.url}/docs). Ctrl-C ends it.`);
    await ended.promise.finally(() => signals.dispose());
  });
};

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('Give a port from 0 to 65535.');
}

function parseRate(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}

function parseBatches(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('Give a number from 1 to 99.');
}

function parseBody(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== null && bytes >= 1024 && bytes <= 512 * 1024 * 1024) return bytes;
  throw new InvalidArgumentError('Give a size from 1K to 512M.');
}
