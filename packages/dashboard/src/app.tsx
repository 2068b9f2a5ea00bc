import { useEffect } from 'preact/hooks';
import { BatchPage } from './batch/batch-page.tsx';
import { BatchesPage } from './batches/batches-page.tsx';
import { DocumentPage } from './document/document-page.tsx';
import { TryPage } from './document/try-page.tsx';
import { EntityPage } from './entity/entity-page.tsx';
import { hrefOf, type Route } from './route.ts';
import { ConfirmDialog } from './shell/confirm.tsx';
import { Header } from './shell/header.tsx';
import { HelpDialog, helpOpen } from './shell/help-dialog.tsx';
import { focusSearch, moveInList } from './shell/list-keys.ts';
import { navigate, route } from './shell/navigation.ts';
import { Notices } from './shell/notices.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { nextTheme } from './shell/theme.ts';
import { TokenDialog } from './shell/token-dialog.tsx';
import { usePageTitle } from './shell/use-page-title.ts';
import { StorylinePage } from './storyline/storyline-page.tsx';
import { DropOverlay } from './submit/drop-target.tsx';
import { choosingFiles } from './submit/submission.ts';
import { SubmitDialog } from './submit/submit-dialog.tsx';

export function App() {
  useShortcuts('Everywhere', [
    { key: '?', does: 'This help', run: openHelp },
    { key: 's', does: 'Submit documents', run: choosingFiles },
    { key: 'b', does: 'Batches', run: () => navigate({ page: 'batches' }) },
    { key: 'u', does: 'One level up', run: () => navigate(above(route.value)) },
    { key: '/', does: 'Search', run: focusSearch },
    { key: 'j', does: 'Next in the list; ↵ opens it', run: () => moveInList(1) },
    { key: 'k', does: 'The one before', run: () => moveInList(-1) },
    { key: 't', does: 'Light, dark, or as the system', run: nextTheme },
  ]);
  return (
    <>
      {/* A button and no link: the fragment of an address is the route here. */}
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the content
      </button>
      <Header />
      <Page route={route.value} />
      <Notices />
      <SubmitDialog />
      <HelpDialog />
      <ConfirmDialog />
      <TokenDialog />
      <DropOverlay />
    </>
  );
}

function Page({ route: at }: { route: Route }) {
  const place = at.page === 'batch' ? at.batchId : hrefOf(at);
  // Another place begins at its top, for the eye and for a screen reader; another view of a batch does not.
  useEffect(() => {
    scrollTo(0, 0);
    focusMain();
  }, [place]);
  switch (at.page) {
    case 'batches':
      return <BatchesPage />;
    case 'batch':
      return <BatchPage key={at.batchId} batchId={at.batchId} tab={at.tab} />;
    case 'document':
      return <DocumentPage key={`${at.batchId} ${at.documentId}`} batchId={at.batchId} documentId={at.documentId} />;
    case 'storyline':
      return <StorylinePage key={place} batchId={at.batchId} storylineId={at.storylineId} />;
    case 'entity':
      return <EntityPage key={place} batchId={at.batchId} name={at.name} />;
    case 'try':
      return <TryPage />;
    case 'unknown':
      return <UnknownPage />;
  }
}

function UnknownPage() {
  usePageTitle('Not found');
  return (
    <main id="main" class="page">
      <h1>There is nothing here</h1>
      <p>
        <a href={hrefOf({ page: 'batches' })}>All batches</a>
      </p>
    </main>
  );
}

/** Where one comes from when one has gone step by step. */
function above(at: Route): Route {
  if (at.page === 'document') return { page: 'batch', batchId: at.batchId, tab: 'documents' };
  if (at.page === 'storyline' || at.page === 'entity') return { page: 'batch', batchId: at.batchId, tab: 'storylines' };
  return { page: 'batches' };
}

function openHelp(): void {
  helpOpen.value = true;
}

function focusMain(): void {
  const main = document.getElementById('main');
  main?.setAttribute('tabindex', '-1');
  main?.focus({ preventScroll: true });
}
