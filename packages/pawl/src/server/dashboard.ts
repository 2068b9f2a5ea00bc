import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App } from './served.ts';

/** Where the built page may be: beside the code as npm gives it, or where the repository builds it. */
const FOLDERS = ['../../dashboard/', '../../../dashboard/dist/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
/** Vite names what it builds by content: such a file never changes. */
const HASHED = /[\\/]assets[\\/]/;
const A_YEAR_SECONDS = 31_536_000;

const NOT_BUILT =
  'pawl serves its interface at /api/v1, described at /docs. The page is not built here: npm run build -w packages/dashboard\n';

/** Serves the page at `/`, where it was built. */
export function dashboard(app: App): void {
  const folder = FOLDERS.find((path) => existsSync(path));
  if (folder === undefined) {
    app.get('/', { schema: { hide: true } }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(NOT_BUILT),
    );
    return;
  }
  void app.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      const caching = HASHED.test(path) ? `public, max-age=${A_YEAR_SECONDS}, immutable` : 'no-cache';
      void response.header('cache-control', caching);
    },
  });
}
