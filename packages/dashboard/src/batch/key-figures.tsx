import type { Job } from '../../../pawl/src/server/api/api.ts';
import { count, percent, rounded } from '../format/quantity.ts';
import { timeSpan } from '../format/time.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly kind?: 'bad';
}

/** The numbers that one looks for first. */
export function KeyFigures({ job }: { job: Job }) {
  return (
    <dl class="figures">
      {figuresOf(job).map(({ name, value, note, kind }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={kind === 'bad' ? 'bad-text' : undefined} data-name={name.toLowerCase()}>
            {value}
          </dd>
          {note !== undefined && <dd class="note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

function figuresOf(job: Job): Figure[] {
  const settled = job.processed + job.failed;
  return [
    {
      name: 'Done',
      value: percent(settled, job.total_documents),
      note: `${count(settled)} of ${count(job.total_documents)}`,
    },
    { name: 'Processed', value: count(job.processed) },
    {
      name: 'Failed',
      value: count(job.failed),
      ...(job.failed > 0 ? { kind: 'bad', note: percent(job.failed, settled) } : {}),
    },
    {
      name: 'Rate',
      value: job.rate_docs_per_min === null ? '–' : rounded(job.rate_docs_per_min),
      note: 'documents a minute',
    },
    remainingFigure(job),
  ];
}

function remainingFigure(job: Job): Figure {
  if (job.remaining === 0) return { name: 'Remaining', value: '0' };
  const isWorking = job.status === 'RUNNING' && job.eta_seconds !== null;
  return {
    name: 'Remaining',
    value: count(job.remaining),
    ...(isWorking ? { note: `about ${timeSpan((job.eta_seconds ?? 0) * 1000)}` } : {}),
  };
}
