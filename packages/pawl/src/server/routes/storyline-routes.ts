import { PawlError } from '../../domain/errors.ts';
import type { Linkage, Storyline } from '../../storylines/storyline.ts';
import { jobParamsSchema } from '../api/job.ts';
import {
  linkageListSchema,
  storylineListSchema,
  storylinePageSchema,
  storylineParamsSchema,
} from '../api/storyline.ts';
import type { App, Served } from '../served.ts';
import { withProblems } from './route-schema.ts';

/** Events of several documents that tell one story. */
export function storylineRoutes(app: App, { batches }: Served): void {
  const asSaved = () => JSON.stringify; // whichever version wrote it
  app.get(
    '/jobs/:id/storylines',
    {
      schema: {
        ...withProblems({ 200: storylineListSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'The storylines of a batch',
        params: jobParamsSchema,
        querystring: storylinePageSchema,
      },
      serializerCompiler: asSaved,
    },
    ({ params, query: { limit, cursor } }) =>
      batches.use(params.id, async ({ checkpoint }) => {
        const offset = Number(cursor ?? 0);
        const page = await checkpoint.storylines({ offset, limit });
        const storylines = page.map(({ storyline }) => JSON.parse(storyline) as Storyline);
        return { storylines: storylines as never, next: page.length < limit ? null : String(offset + limit) };
      }),
  );
  app.get(
    '/jobs/:id/storylines/:storylineId/linkages',
    {
      schema: {
        ...withProblems({ 200: linkageListSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'Which events of a storyline are linked, and why',
        params: storylineParamsSchema,
        querystring: storylinePageSchema,
      },
      serializerCompiler: asSaved,
    },
    ({ params: { id, storylineId }, query: { limit, cursor } }) =>
      batches.use(id, async ({ checkpoint, batchId }) => {
        if ((await checkpoint.storyline(storylineId)) === null) {
          const message = `There is no storyline ${JSON.stringify(storylineId)} in batch ${batchId}.`;
          throw new PawlError('unknown_storyline', message);
        }
        const page = await checkpoint.linkages(storylineId, { afterSeq: Number(cursor ?? 0), limit });
        const linkages = page.map(({ linkage }) => JSON.parse(linkage) as Linkage);
        const last = page.at(-1);
        return {
          linkages: linkages as never,
          next: last === undefined || page.length < limit ? null : String(last.seq),
        };
      }),
  );
}
