import { useState } from 'preact/hooks';
import { allowedBatchMoves, type BatchStatus } from '../../../pawl/src/domain/batch-status.ts';
import type { Job } from '../../../pawl/src/server/api/api.ts';
import { order, retry } from '../api/jobs.ts';
import { counted } from '../format/quantity.ts';
import { confirm } from '../shell/confirm.tsx';
import { attempt } from '../shell/notices.tsx';
import { type Shortcut, useShortcuts } from '../shell/shortcuts.ts';

/** What can be done with a batch in its state: the same table that the server goes by. */
export function Controls({ job }: { job: Job }) {
  const [isBusy, setBusy] = useState(false);
  const actions = actionsOf(job);
  const perform = async (action: Action) => {
    setBusy(true);
    await action.perform();
    setBusy(false);
  };
  useShortcuts(
    'This batch',
    actions.map((action): Shortcut => ({ key: action.key, does: action.label, run: () => void perform(action) })),
  );
  return (
    <div class="controls">
      {actions.map((action) => (
        <button
          key={action.label}
          type="button"
          class={`button ${action.kind === 'plain' ? '' : `button-${action.kind}`}`}
          aria-keyshortcuts={action.key}
          disabled={isBusy}
          onClick={() => void perform(action)}
        >
          {action.label}
        </button>
      ))}
    </div>
  );
}

interface Action {
  readonly label: string;
  readonly key: string;
  readonly kind: 'primary' | 'danger' | 'plain';
  readonly perform: () => Promise<unknown>;
}

function actionsOf(job: Job): Action[] {
  const { batch_id: batchId } = job;
  const moves = new Set(allowedBatchMoves(storedStatus(job.status)));
  const actions: Action[] = [];
  const isUnderWay = job.status === 'RUNNING' || job.queue_position !== null;
  if (isUnderWay && moves.has('pause')) {
    actions.push({ label: 'Pause', key: 'p', kind: 'primary', perform: () => attempt(() => pause(batchId)) });
  }
  if (!isUnderWay && moves.has('resume')) {
    actions.push({ label: 'Resume', key: 'p', kind: 'primary', perform: () => attempt(() => resume(batchId)) });
  }
  if (job.failed > 0 && moves.has('retry')) {
    const label = `Retry ${counted(job.failed, 'failure')}`;
    actions.push({ label, key: 'r', kind: 'plain', perform: () => attempt(() => retryAll(batchId)) });
  }
  if (moves.has('stop')) {
    actions.push({ label: 'Stop', key: 'x', kind: 'danger', perform: () => stop(job) });
  }
  return actions;
}

/** INTERRUPTED is only shown; what is stored is RUNNING. */
function storedStatus(status: Job['status']): BatchStatus {
  return status === 'INTERRUPTED' ? 'RUNNING' : status;
}

async function pause(batchId: string): Promise<string> {
  await order(batchId, 'pause');
  return 'Paused: no further document starts.';
}

async function resume(batchId: string): Promise<string> {
  await order(batchId, 'resume');
  return 'Work goes on.';
}

async function retryAll(batchId: string): Promise<string> {
  const { retried } = await retry(batchId, {});
  return `${counted(retried, 'document')} will be tried again.`;
}

async function stop(job: Job): Promise<void> {
  const sure = await confirm({
    title: `Stop ${job.batch_id} for good?`,
    text: `A stopped batch cannot be resumed. ${counted(job.remaining, 'document')} would stay undone; results that are there stay. To go on later, pause it instead.`,
    action: 'Stop for good',
  });
  if (!sure) return;
  await attempt(async () => {
    await order(job.batch_id, 'stop');
    return 'Stopped.';
  });
}
