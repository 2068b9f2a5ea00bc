import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import { useJob } from '../batch/use-job.ts';
import { counted } from '../format/quantity.ts';
import { Crumbs } from '../shell/crumbs.tsx';
import { Empty, WhenLoaded } from '../shell/states.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { StorylineMap } from '../storylines/storyline-map.tsx';
import { useStorylineMap } from '../storylines/use-storyline-map.ts';

/** One entity: the storylines that it stands in, and who stands there with it. */
export function EntityPage({ batchId, name }: { readonly batchId: string; readonly name: string }) {
  const [job] = useJob(batchId);
  const [loaded, reload] = useStorylineMap(batchId, name, job.kind === 'ready' ? job.value : null);
  const shown = loaded.kind === 'ready' ? (loaded.value.entity?.name ?? name) : name;
  usePageTitle(shown);
  return (
    <main id="main" class="page">
      <Crumbs batchId={batchId} tab="storylines" />
      <h1>
        <bdi>{shown}</bdi>
      </h1>
      <WhenLoaded loaded={loaded} retry={reload}>
        {(map) =>
          map.entity === null ? <NoStoryline /> : <Storylines batchId={batchId} map={map} entity={map.entity} />
        }
      </WhenLoaded>
    </main>
  );
}

interface StorylinesProps {
  readonly batchId: string;
  readonly map: StorylineMapView;
  readonly entity: NonNullable<StorylineMapView['entity']>;
}

function Storylines({ batchId, map, entity: { type, storylines, documents } }: StorylinesProps) {
  return (
    <>
      <p class="muted">
        {type}, in {counted(storylines, 'storyline')} by {counted(documents, 'document')}.
      </p>
      <StorylineMap batchId={batchId} map={map} />
    </>
  );
}

function NoStoryline() {
  return <Empty>No storyline has this name among those that stand in most of its documents.</Empty>;
}
