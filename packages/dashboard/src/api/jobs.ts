import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import type {
  DocumentDetail,
  DocumentList,
  FailureCounts,
  History,
  Job,
  JobList,
  Parse,
  RecentDocuments,
  RetryAnswer,
  StorylineItem,
  StorylineList,
  StorylineMapView,
} from '../../../pawl/src/server/api/api.ts';
import { ApiError, apiPath, requestJson } from './http.ts';

export interface JobFilter {
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
}

/** A page of batches, the newest first. */
export function listJobs(filter: JobFilter, signal: AbortSignal): Promise<JobList> {
  return requestJson(apiPath(['jobs'], { ...filter, limit: 50 }), { signal });
}

export function readJob(batchId: string, signal: AbortSignal): Promise<Job> {
  return requestJson(apiPath(['jobs', batchId]), { signal });
}

/** Gives a batch an order; when this has answered, it is obeyed. */
export async function order(batchId: string, verb: 'pause' | 'resume' | 'stop'): Promise<void> {
  await requestJson(apiPath(['jobs', batchId, verb]), { method: 'POST', body: {} });
}

/** Which failed documents get work again; all of them when nothing is named. */
export interface RetryChoice {
  readonly codes?: readonly string[];
  readonly document_ids?: readonly string[];
}

export function retry(batchId: string, choice: RetryChoice): Promise<RetryAnswer> {
  return requestJson(apiPath(['jobs', batchId, 'retry']), { method: 'POST', body: choice });
}

export function countFailures(batchId: string, signal: AbortSignal): Promise<FailureCounts> {
  return requestJson(apiPath(['jobs', batchId, 'failures']), { signal });
}

export interface DocumentFilter {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of documents. A search that looked through many in vain goes on until it finds one, or the end. */
export async function listDocuments(
  batchId: string,
  filter: DocumentFilter,
  signal: AbortSignal,
): Promise<DocumentList> {
  const page = await requestJson<DocumentList>(apiPath(['jobs', batchId, 'documents'], { ...filter }), { signal });
  if (page.documents.length > 0 || page.next === null) return page;
  return listDocuments(batchId, { ...filter, cursor: page.next }, signal);
}

export function readDocument(batchId: string, documentId: string, signal: AbortSignal): Promise<DocumentDetail> {
  return requestJson(apiPath(['jobs', batchId, 'documents', documentId]), { signal });
}

export function readHistory(batchId: string, cursor: string | undefined, signal: AbortSignal): Promise<History> {
  return requestJson(apiPath(['jobs', batchId, 'history'], { cursor }), { signal });
}

/** A page of storylines as far as the batch is linked, those of most documents first. */
export function listStorylines(
  batchId: string,
  page: { readonly cursor: string | undefined; readonly limit: number },
  signal: AbortSignal,
): Promise<StorylineList> {
  return requestJson(apiPath(['jobs', batchId, 'storylines'], { ...page }), { signal });
}

/** A storyline by its id; null when there is none, such as one that has become a part of another. */
export function findStoryline(
  batchId: string,
  storylineId: string,
  signal: AbortSignal,
): Promise<StorylineItem | null> {
  const asked = requestJson<StorylineItem>(apiPath(['jobs', batchId, 'storylines', storylineId]), { signal });
  return asked.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
}

/** Storylines at a glance: those of the batch, or those that have an entity. */
export function mapStorylines(
  batchId: string,
  entity: string | undefined,
  signal: AbortSignal,
): Promise<StorylineMapView> {
  return requestJson(apiPath(['jobs', batchId, 'storyline-map'], { entity }), { signal });
}

/** The documents that were processed last, latest first. */
export function readRecent(batchId: string, limit: number, signal: AbortSignal): Promise<RecentDocuments> {
  return requestJson(apiPath(['jobs', batchId, 'recent'], { limit }), { signal });
}

/** Sentences, words and dependencies of a document's text. */
export function readParse(batchId: string, documentId: string, signal: AbortSignal): Promise<Parse> {
  return requestJson(apiPath(['jobs', batchId, 'documents', documentId, 'parse']), { signal });
}

/** Puts one text through the pipeline at once, in no batch. */
export function processText(text: string): Promise<DocumentResult> {
  return requestJson(apiPath(['documents']), { method: 'POST', body: { text } });
}
