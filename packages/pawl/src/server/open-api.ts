import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from './served.ts';

/** Collects the description of every route that is added after it, as OpenAPI 3.1. */
export function describeRoutes(app: App, version: string): void {
  void app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'pawl',
        version,
        description:
          'Submit documents, follow and control their batches, read the results. Errors are problem details (RFC 9457).',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
      tags: [
        { name: 'submit', description: 'Documents come in' },
        { name: 'batches', description: 'How far they are' },
        { name: 'control', description: 'Pause, resume, stop, retry' },
        { name: 'documents', description: 'What came out' },
        { name: 'live', description: 'Updates as they happen' },
        { name: 'operations', description: 'For those who run the server' },
      ],
    },
    transform: jsonSchemaTransform,
  });
}

/** Serves the description at `/docs`: as a page that tries requests out for browsers, as JSON for everybody else. */
export async function openApiRoutes(app: App): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onRequest', async ({ url, headers }, reply) => {
      const isPage = headers.accept?.includes('text/html') ?? false;
      if (isPage || !/^\/docs\/?(\?|$)/.test(url)) return;
      await reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger()));
    });
    await docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiConfig: { tryItOutEnabled: true, validatorUrl: null },
    });
  });
}
