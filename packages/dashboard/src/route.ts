/** A place in the page. Ids are as the server gives them, not yet encoded. */
export type Route =
  | { readonly page: 'batches' }
  | { readonly page: 'batch'; readonly batchId: string; readonly tab: BatchTab }
  | { readonly page: 'document'; readonly batchId: string; readonly documentId: string }
  | { readonly page: 'storyline'; readonly batchId: string; readonly storylineId: string }
  | { readonly page: 'entity'; readonly batchId: string; readonly name: string }
  | { readonly page: 'try' }
  | { readonly page: 'unknown' };

export const BATCH_TABS = ['overview', 'failures', 'documents', 'storylines', 'history'] as const;
export type BatchTab = (typeof BATCH_TABS)[number];

/** The address of a route: a fragment, so that the server serves one page and ids never reach its paths or logs. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'batches':
      return '#/';
    case 'batch': {
      const tab = route.tab === 'overview' ? '' : `/${route.tab}`;
      return `#/batches/${encoded(route.batchId)}${tab}`;
    }
    case 'document':
      return `#/batches/${encoded(route.batchId)}/documents/${encoded(route.documentId)}`;
    case 'storyline':
      return `#/batches/${encoded(route.batchId)}/storylines/${encoded(route.storylineId)}`;
    case 'entity':
      return `#/batches/${encoded(route.batchId)}/entities/${encoded(route.name)}`;
    case 'try':
      return '#/try';
    case 'unknown':
      return '#/unknown';
  }
}

/** The route of an address's fragment; `unknown` for what no route has. */
export function parseRoute(fragment: string): Route {
  const parts = decodeParts(fragment);
  if (parts === null) return { page: 'unknown' };
  const [first, batchId, tab = 'overview', id, ...rest] = parts;
  if (first === undefined) return { page: 'batches' };
  if (first === 'try' && batchId === undefined) return { page: 'try' };
  if (first !== 'batches' || batchId === undefined || rest.length > 0) return { page: 'unknown' };
  if (id !== undefined) return parseItem(batchId, tab, id);
  return isBatchTab(tab) ? { page: 'batch', batchId, tab } : { page: 'unknown' };
}

/** One thing of those that the views of a batch show. */
function parseItem(batchId: string, tab: string, id: string): Route {
  if (tab === 'documents') return { page: 'document', batchId, documentId: id };
  if (tab === 'storylines') return { page: 'storyline', batchId, storylineId: id };
  if (tab === 'entities') return { page: 'entity', batchId, name: id };
  return { page: 'unknown' };
}

/** Ids come from outside; one with half a surrogate pair leads nowhere, but must not break the page. */
function encoded(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

function decodeParts(fragment: string): string[] | null {
  try {
    return fragment
      .replace(/^#?\/?/, '')
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return null; // a broken percent encoding
  }
}

function isBatchTab(text: string): text is BatchTab {
  return (BATCH_TABS as readonly string[]).includes(text);
}
