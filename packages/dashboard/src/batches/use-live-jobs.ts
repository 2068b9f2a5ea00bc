import { useEffect, useState } from 'preact/hooks';
import { apiPath } from '../api/http.ts';
import { follow } from '../api/live.ts';
import { addChanges, type JobChanges, type JobsMessage } from './job-changes.ts';

/** What the server tells of batches while the component lives. */
export function useLiveJobs(): JobChanges {
  const [changes, setChanges] = useState<JobChanges>(new Map());
  useEffect(() => {
    const gone = new AbortController();
    const tell = ({ event, data }: { event: string; data: string }) => {
      if (event === 'jobs') setChanges((known) => addChanges(known, JSON.parse(data) as JobsMessage));
    };
    void follow(apiPath(['live']), tell, gone.signal);
    return () => gone.abort();
  }, []);
  return changes;
}
