import { type BatchTab, hrefOf } from '../route.ts';

/** The way back from a part of a batch: the batch, and the tab that lists such parts. */
export function Crumbs({ batchId, tab }: { readonly batchId: string; readonly tab: BatchTab }) {
  return (
    <nav class="crumbs" aria-label="Where this is">
      <a href={hrefOf({ page: 'batch', batchId, tab: 'overview' })}>{batchId}</a> ›{' '}
      <a href={hrefOf({ page: 'batch', batchId, tab })}>{tab}</a>
    </nav>
  );
}
