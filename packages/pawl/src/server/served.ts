import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { BatchSettings } from '../domain/batch.ts';
import type { Clock } from '../engine/clock.ts';
import type { DocumentDesk } from '../engine/document-desk.ts';
import type { Access } from './access/access.ts';
import type { PlaceInLine } from './job-view.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { OpenBatches } from './open-batches.ts';
import type { Parser } from './parser/parser.ts';
import type { Workshop } from './workshop.ts';

/** The application that routes are added to; schemas are zod's. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Who asks, for the history: the name of the token, or the server itself. */
export function authorOf({ by }: Served, { token }: FastifyRequest): string {
  return token === null ? by : `${token.name} (token)`;
}

/** What the routes work with. */
export interface Served {
  readonly batches: OpenBatches;
  readonly live: LiveHub;
  /** Null where the server leaves the work to others. */
  readonly workshop: Workshop | null;
  readonly placeInLine: PlaceInLine;
  /** What a new batch is set to where a request says nothing. */
  readonly settings: BatchSettings;
  readonly access: Access;
  readonly desk: DocumentDesk;
  readonly parser: Parser;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly by: string;
  readonly version: string;
  /** Aborted when the server shuts down. */
  readonly stopping: AbortSignal;
}
