import type { Job, StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import { mapStorylines } from '../api/jobs.ts';
import { useReloadOn } from '../batch/use-reload-on.ts';
import { type Loaded, useLoaded } from '../shell/use-loaded.ts';

/**
 * The storylines of a batch at a glance, or those that have an entity; asked for again when the batch has changed.
 * @param job null while it is not known
 */
export function useStorylineMap(
  batchId: string,
  entity: string | undefined,
  job: Job | null,
): [Loaded<StorylineMapView>, () => void] {
  const [loaded, reload] = useLoaded(`storyline map ${batchId} ${entity ?? ''}`, (signal) =>
    mapStorylines(batchId, entity, signal),
  );
  useReloadOn(reload, job === null ? null : `${job.status} ${job.updated_at}`);
  return [loaded, reload];
}
