import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { PawlError } from '../domain/errors.ts';
import { dashboard } from './dashboard.ts';
import { API_PREFIX } from './job-view.ts';
import { parseJsonBody } from './json-body.ts';
import { describeRoutes, openApiRoutes } from './open-api.ts';
import { sendProblem } from './problem.ts';
import { controlRoutes } from './routes/control-routes.ts';
import { documentRoutes } from './routes/document-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { metricsRoutes } from './routes/metrics-routes.ts';
import { singleRoutes } from './routes/single-routes.ts';
import { storylineRoutes } from './routes/storyline-routes.ts';
import { submitRoutes } from './routes/submit-routes.ts';
import type { App, Served } from './served.ts';

export interface AppOptions {
  /** Largest JSON body in bytes; streams have no limit. */
  readonly maxBodyBytes: number;
  /** Requests that one client may send a minute; 0 for as many as it likes. */
  readonly maxRequestsPerMinute: number;
  /** Origins of pages elsewhere that may use the interface. */
  readonly corsOrigins: readonly string[];
}

/** More than Node lets a request's head hold: how long an id may be is for the schemas to say. */
const MAX_PARAM_LENGTH = 16 * 1024;
/** A connection on which nothing moves, in either direction, is closed. */
const QUIET_CONNECTION_MS = 120_000;

/** Nothing is fetched from elsewhere, nothing inline is run, nobody frames the page. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The server's application: its routes and how their requests are read and answered; listens to nothing yet. */
export async function createApp(served: Served, log: FastifyBaseLogger, options: AppOptions): Promise<App> {
  const app: App = fastify({
    loggerInstance: log,
    genReqId: () => randomUUID(),
    bodyLimit: options.maxBodyBytes,
    connectionTimeout: QUIET_CONNECTION_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new PawlError('unknown_route', `There is no ${request.method} ${request.url}.`), request, reply),
  );
  readBodies(app);
  app.decorateRequest('token', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    served.metrics.answered(method, routeOptions.url ?? 'none', statusCode, elapsedTime / 1000);
  });
  app.addHook('preClose', async () => served.live.end());
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false });
  describeRoutes(app, served.version);
  await app.register(
    async (api: App) => {
      await guard(api, served, options);
      for (const add of [
        jobRoutes,
        documentRoutes,
        storylineRoutes,
        liveRoutes,
        controlRoutes,
        submitRoutes,
        singleRoutes,
      ])
        add(api, served);
    },
    { prefix: API_PREFIX },
  );
  await app.register(async (operations: App) => {
    await guard(operations, served, options);
    metricsRoutes(operations, served);
  });
  healthRoutes(app, served);
  await openApiRoutes(app);
  dashboard(app);
  return app;
}

/** Lets in whom the interface is for, as often as they may ask. */
async function guard(api: App, { access }: Served, { maxRequestsPerMinute, corsOrigins }: AppOptions): Promise<void> {
  if (corsOrigins.length > 0) {
    await api.register(cors, { origin: [...corsOrigins], methods: ['GET', 'POST'], exposedHeaders: ['x-request-id'] });
  }
  api.addHook('onRequest', async (request) => access.admit(request));
  if (maxRequestsPerMinute === 0) return;
  await api.register(rateLimit, {
    hook: 'preValidation', // after it is known who asks
    max: maxRequestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ token, ip }) => token?.id ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new PawlError('rate_limited', `More than ${max} requests in a minute; go on in ${after}.`),
  });
}

/** Bodies are JSON and nothing else, save where a route says otherwise. */
function readBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJsonBody(body),
  );
}
