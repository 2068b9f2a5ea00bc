import { pino } from 'pino';
import { answersFor, openStore } from '../composition.ts';
import type { BatchSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { DocumentDesk } from '../engine/document-desk.ts';
import { systemClock } from '../engine/system-clock.ts';
import { createPipeline, LanguageThreads } from '../pipeline/create-pipeline.ts';
import { Access } from './access/access.ts';
import { TokenFile } from './access/token-file.ts';
import { createApp } from './app.ts';
import { Connections } from './connections.ts';
import { LiveHub } from './live/live-hub.ts';
import { Metrics } from './metrics/metrics.ts';
import { OpenBatches } from './open-batches.ts';
import { Parser } from './parser/parser.ts';
import { Workshop } from './workshop.ts';

/** A hundred a second: no client by hand, no page, no sensible program comes near. */
const MAX_REQUESTS_PER_MINUTE = 6_000;
/** Addresses that no other machine reaches. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
  /** Batches that are worked on at once; 0 to leave the work to others. */
  readonly maxBatches: number;
  /** What a new batch is set to where a request says nothing. */
  readonly settings: BatchSettings;
  readonly maxBodyBytes: number;
  /** Requests that one client may send a minute, 0 for as many as it likes; null for as many on this machine, else 6,000. */
  readonly maxRequestsPerMinute: number | null;
  /** Whether requests must show a token even where others cannot reach the server. */
  readonly requiresToken: boolean;
  /** Origins of pages elsewhere that may use the interface. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: string;
  readonly by: string;
  readonly version: string;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8321`. */
  readonly url: string;
  /**
   * Shuts down: takes no more requests, finishes and saves what is in flight, or with `now` gives it back. What was
   * acknowledged is durable either way.
   */
  close(now: boolean): Promise<void>;
}

/**
 * Starts the server. @throws {PawlError} `address_unusable`; `token_needed` where other machines reach it and there is no token
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { version, by, settings, maxBatches } = options;
  const tokens = new TokenFile(options.data);
  const requiresToken = options.requiresToken || !LOOPBACK.has(options.host);
  if (requiresToken && tokens.list().length === 0) {
    throw new PawlError('token_needed', `${options.host} needs a token, and there is none in ${options.data}.`);
  }
  const access = new Access(tokens, { requiresToken, corsOrigins: options.corsOrigins });
  const log = pino(
    { level: options.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  const store = openStore(options.data);
  const batches = new OpenBatches(store, systemClock);
  const placeInLine = (batchId: string) => workshop?.placeInLine(batchId) ?? null;
  const live = new LiveHub(batches, systemClock, placeInLine, (message) =>
    log.warn({ error: message }, 'cannot list batches'),
  );
  const metrics = new Metrics();
  const threads = new LanguageThreads(settings);
  const work = { store, clock: systemClock, by };
  const workshop =
    maxBatches === 0
      ? null
      : new Workshop({ ...work, maxBatches, log, metrics, threads, onChange: (batchId) => live.hurry(batchId) });
  const desk = new DocumentDesk(
    createPipeline(settings, process.env, answersFor(settings, options.data), threads),
    settings,
    systemClock,
  );
  const parser = new Parser();
  const stopping = new AbortController();
  const served = {
    batches,
    live,
    workshop,
    placeInLine,
    settings,
    access,
    desk,
    parser,
    metrics,
    clock: systemClock,
    by,
    version,
    stopping: stopping.signal,
  };
  const app = await createApp(served, log, {
    ...options,
    maxRequestsPerMinute: options.maxRequestsPerMinute ?? (requiresToken ? MAX_REQUESTS_PER_MINUTE : 0),
  });
  const connections = new Connections(app.server);
  const close = async (now: boolean) => {
    stopping.abort();
    await Promise.all([connections.close(() => app.close()), workshop?.close(now)]);
    await Promise.all([batches.close(), desk.close(), parser.close()]);
    await threads.close();
  };
  try {
    const url = await app.listen({ host: options.host, port: options.port });
    return { url, close };
  } catch (error) {
    await close(true);
    throw unusable(error, options);
  }
}

function unusable(error: unknown, { host, port }: ServeOptions): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new PawlError('address_unusable', `Port ${port} of ${host} is taken.`, { cause: error });
  }
  const isAddress = ['EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? '');
  if (!isAddress) return error;
  return new PawlError('address_unusable', `Nothing can listen on ${host}, port ${port} (${code}).`, { cause: error });
}
