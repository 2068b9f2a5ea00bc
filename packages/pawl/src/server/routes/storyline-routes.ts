import { PawlError } from '../../domain/errors.ts';
import type { Linkage, Storyline } from '../../storylines/storyline.ts';
import { jobParamsSchema } from '../api/job.ts';
import {
  linkageListSchema,
  type StorylineMapView,
  storylineListSchema,
  storylineMapQuerySchema,
  storylineMapSchema,
  storylinePageSchema,
  storylineParamsSchema,
  storylineSchema,
} from '../api/storyline.ts';
import type { ServedBatch } from '../open-batches.ts';
import type { App, Served } from '../served.ts';
import { StorylineMaps } from '../storyline-maps.ts';
import { withProblems } from './route-schema.ts';

/** Events of several documents that tell one story. */
export function storylineRoutes(app: App, { batches }: Served): void {
  const asSaved = () => JSON.stringify; // whichever version wrote it
  const maps = new StorylineMaps();
  app.get(
    '/jobs/:id/storyline-map',
    {
      schema: {
        ...withProblems({ 200: storylineMapSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'The storylines of a batch at a glance',
        description:
          'What a timeline of all storylines and a graph of their entities are drawn from: the largest storylines with their days, the entities of most storylines, and which of them stand in a storyline together.',
        params: jobParamsSchema,
        querystring: storylineMapQuerySchema,
      },
    },
    ({ params, query }) => batches.use(params.id, async (batch) => (await maps.of(batch, query)) as StorylineMapView),
  );
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
    '/jobs/:id/storylines/:storylineId',
    {
      schema: {
        ...withProblems({ 200: storylineSchema.describe('A storyline.') }, [400, 404]),
        tags: ['documents'],
        summary: 'One storyline of a batch',
        params: storylineParamsSchema,
      },
      serializerCompiler: asSaved,
    },
    ({ params: { id, storylineId } }) =>
      batches.use(id, async (batch) => (await requireStoryline(batch, storylineId)) as never),
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
      batches.use(id, async (batch) => {
        await requireStoryline(batch, storylineId);
        const page = await batch.checkpoint.linkages(storylineId, { afterSeq: Number(cursor ?? 0), limit });
        const linkages = page.map(({ linkage }) => JSON.parse(linkage) as Linkage);
        const last = page.at(-1);
        return {
          linkages: linkages as never,
          next: last === undefined || page.length < limit ? null : String(last.seq),
        };
      }),
  );
}

/** @throws {PawlError} `unknown_storyline` */
async function requireStoryline({ checkpoint, batchId }: ServedBatch, storylineId: string): Promise<Storyline> {
  const found = await checkpoint.storyline(storylineId);
  if (found !== null) return JSON.parse(found.storyline) as Storyline;
  throw new PawlError('unknown_storyline', `There is no storyline ${JSON.stringify(storylineId)} in batch ${batchId}.`);
}
