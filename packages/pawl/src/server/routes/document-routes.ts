import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { allResults, first } from '../../checkpoint/pages.ts';
import { resultText } from '../../checkpoint/read-result.ts';
import { PawlError } from '../../domain/errors.ts';
import { toInputDocument } from '../../intake/to-input-document.ts';
import { withStoryline } from '../../storylines/read-storylines.ts';
import {
  documentListQuerySchema,
  documentListSchema,
  documentParamsSchema,
  documentSchema,
  failureCountsSchema,
  recentDocumentsSchema,
  recentQuerySchema,
} from '../api/document.ts';
import { historyQuerySchema, historySchema } from '../api/history.ts';
import { jobParamsSchema } from '../api/job.ts';
import { parseSchema } from '../api/parse.ts';
import { toDocumentDetail, toDocumentSummary, toRecentDocument } from '../document-view.ts';
import { toHistoryItem } from '../history-view.ts';
import type { App, Served } from '../served.ts';
import { streamAnswer, withProblems } from './route-schema.ts';

const NDJSON = 'application/x-ndjson';

/** What is in a batch: documents, results, failures, history. */
export function documentRoutes(app: App, { batches, parser }: Served): void {
  app.get(
    '/jobs/:id/documents',
    {
      schema: {
        ...withProblems({ 200: documentListSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'List the documents of a batch, such as those that failed',
        params: jobParamsSchema,
        querystring: documentListQuerySchema,
      },
    },
    ({ params, query }) =>
      batches.use(params.id, async ({ checkpoint }) => {
        const { settings } = await checkpoint.batch();
        const { documents, nextAfterSeq } = await checkpoint.browse(
          {
            titleFields: settings.fields.title,
            ...(query.state === undefined ? {} : { state: query.state }),
            ...(query.code === undefined ? {} : { code: query.code }),
            ...(query.q === undefined ? {} : { text: query.q }),
          },
          { afterSeq: Number(query.cursor ?? 0), limit: query.limit },
        );
        return { documents: documents.map(toDocumentSummary), next: nextAfterSeq?.toString() ?? null };
      }),
  );
  app.get(
    '/jobs/:id/documents/:documentId',
    {
      schema: {
        ...withProblems({ 200: documentSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'One document with its result, or why it has none',
        params: documentParamsSchema,
      },
      serializerCompiler: () => JSON.stringify, // a saved result is what it is, whichever version wrote it
    },
    ({ params }) =>
      batches.use(params.id, async ({ checkpoint }) => {
        const { settings } = await checkpoint.batch();
        return toDocumentDetail(await requireDocument(checkpoint, params.documentId), settings.fields.title);
      }),
  );
  app.get(
    '/jobs/:id/documents/:documentId/parse',
    {
      schema: {
        ...withProblems({ 200: parseSchema }, [400, 404, 422, 504]),
        tags: ['documents'],
        summary: 'The dependency trees of a document, made when they are asked for',
        params: documentParamsSchema,
      },
    },
    async ({ params }) => {
      const text = await batches.use(params.id, ({ checkpoint }) => textOf(checkpoint, params.documentId));
      return { document_id: params.documentId, sentences: await parser.parse(text) };
    },
  );
  app.get(
    '/jobs/:id/recent',
    {
      schema: {
        ...withProblems({ 200: recentDocumentsSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'When the last documents were done, and how long they took',
        description: 'For plots over time: the cost does not depend on the size of the batch.',
        params: jobParamsSchema,
        querystring: recentQuerySchema,
      },
    },
    ({ params, query }) =>
      batches.use(params.id, async ({ checkpoint }) => ({
        documents: (await checkpoint.recentlyProcessed(query.limit)).flatMap(toRecentDocument),
      })),
  );
  app.get(
    '/jobs/:id/failures',
    {
      schema: {
        ...withProblems({ 200: failureCountsSchema }, [400, 404]),
        tags: ['documents'],
        summary: 'How many documents failed of what',
        params: jobParamsSchema,
      },
    },
    ({ params }) =>
      batches.use(params.id, async ({ checkpoint }) => ({ failures: [...(await checkpoint.failureCounts())] })),
  );
  app.get(
    '/jobs/:id/results',
    {
      exposeHeadRoute: false, // it would read them all
      schema: {
        ...withProblems(
          { 200: streamAnswer(NDJSON, 'One result a line, in the order in which they were saved') },
          [400, 404],
        ),
        tags: ['documents'],
        summary: 'All results, as NDJSON',
        description: 'Where the batch is linked, each event names its storyline.',
        params: jobParamsSchema,
        querystring: z.object({ limit: z.coerce.number().int().min(0).max(1e9).optional() }),
      },
    },
    async ({ params, query }, reply) => {
      await batches.use(params.id, async () => undefined); // an unknown batch is said before the stream begins
      async function* lines(): AsyncGenerator<string> {
        const opened = await batches.store.open(params.id);
        try {
          const results = first(allResults(opened), query.limit ?? Number.POSITIVE_INFINITY);
          const isLinked = (await opened.linking()) !== null;
          for await (const result of results) {
            const text = resultText(result);
            yield `${isLinked ? withStoryline(text, result.storylineId) : text}\n`;
          }
        } finally {
          await opened.close();
        }
      }
      return reply.type(NDJSON).send(Readable.from(lines(), { objectMode: false }));
    },
  );
  app.get(
    '/jobs/:id/history',
    {
      schema: {
        ...withProblems({ 200: historySchema }, [400, 404]),
        tags: ['batches'],
        summary: 'What happened to a batch, by whom and why',
        params: jobParamsSchema,
        querystring: historyQuerySchema,
      },
    },
    ({ params, query }) =>
      batches.use(params.id, async ({ checkpoint }) => {
        const { limit } = query;
        const entries = await checkpoint.history({ afterSeq: Number(query.cursor ?? 0), limit });
        const last = entries.at(-1);
        const next = last === undefined || entries.length < limit ? null : String(last.seq);
        return { history: entries.map(toHistoryItem), next };
      }),
  );
}

/** @throws {PawlError} `unknown_document`, `no_text` */
async function textOf(checkpoint: Checkpoint, documentId: string): Promise<string> {
  const { sourceJson } = await requireDocument(checkpoint, documentId);
  const { fields } = (await checkpoint.batch()).settings;
  if (sourceJson !== null) return toInputDocument(sourceJson, documentId, fields).text;
  throw new PawlError('no_text', `${JSON.stringify(documentId)} stands for a line that was no document.`);
}

type KnownDocument = NonNullable<Awaited<ReturnType<Checkpoint['document']>>>;

/** A document that must be there. @throws {PawlError} `unknown_document` */
export async function requireDocument(checkpoint: Checkpoint, documentId: string): Promise<KnownDocument> {
  const document = await checkpoint.document(documentId);
  if (document !== null) return document;
  const { batchId } = await checkpoint.batch();
  throw new PawlError('unknown_document', `There is no document ${JSON.stringify(documentId)} in batch ${batchId}.`);
}
