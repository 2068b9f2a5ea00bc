import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { BatchSettings } from '../domain/batch.ts';
import type { Clock } from '../engine/clock.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { OpenBatches } from './open-batches.ts';
import type { Workshop } from './workshop.ts';

/** The application that routes are added to; schemas are zod's. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface Served {
  readonly batches: OpenBatches;
  readonly live: LiveHub;
  /** Null where the server leaves the work to others. */
  readonly workshop: Workshop | null;
  /** What a new batch is set to where a request says nothing. */
  readonly settings: BatchSettings;
  readonly clock: Clock;
  readonly by: string;
  readonly version: string;
  /** Aborted when the server shuts down. */
  readonly stopping: AbortSignal;
}
