import { useEffect, useState } from 'preact/hooks';
import type { Job } from '../../../pawl/src/server/api/api.ts';
import { apiPath } from '../api/http.ts';
import { readJob } from '../api/jobs.ts';
import { follow } from '../api/live.ts';
import { type Loaded, useLoaded } from '../shell/use-loaded.ts';

/** A batch as it is now, kept up to date by the server. */
export function useJob(batchId: string): [Loaded<Job>, () => void] {
  const [loaded, reload] = useLoaded(`job ${batchId}`, (signal) => readJob(batchId, signal));
  const [told, setTold] = useState<Job | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    setTold(null);
    void follow(
      apiPath(['jobs', batchId, 'live']),
      (told) => {
        if (told.event === 'job') setTold(JSON.parse(told.data) as Job);
      },
      gone.signal,
    );
    return () => gone.abort();
  }, [batchId]);
  const isOfBatch = told !== null && (told.batch_id === batchId || told.job_id === batchId);
  return [isOfBatch ? { kind: 'ready', value: told } : loaded, reload];
}
