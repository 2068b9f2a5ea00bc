import type { Job } from '../../../pawl/src/server/api/api.ts';
import { count } from '../format/quantity.ts';
import { ago, dateTime, timeSpan } from '../format/time.ts';
import { words } from '../format/words.ts';
import { hrefOf } from '../route.ts';
import { now } from '../shell/clock.ts';

/** What each stage and sink is doing, and what is waited for since when. */
export function Health({ job }: { job: Job }) {
  return (
    <section class="health-section" aria-label="Health">
      {job.queue_position !== null && (
        <p class="card waiting">
          This batch waits for its turn: the server works on others, and goes on with this one by itself.
        </p>
      )}
      {job.status === 'INTERRUPTED' && job.queue_position === null && (
        <p class="card waiting">
          Nobody works on this batch: its runner has died or was ended. Nothing is lost; Resume goes on where it was.
        </p>
      )}
      {job.reason !== null && <p class="card waiting">{reasonText(job)}</p>}
      <ul class="health">
        {job.stages.map((stage) => (
          <StageHealth key={stage.name} stage={stage} />
        ))}
        {job.collected_from.map((source) => (
          <SourceHealth key={source.batch_id} source={source} />
        ))}
        {job.sinks.map((sink) => (
          <SinkHealth key={sink.name} sink={sink} />
        ))}
      </ul>
    </section>
  );
}

const STAGE_STATE = { working: 'Working', suspended: 'Waiting', idle: 'Idle' } as const;

function StageHealth({ stage }: { stage: Job['stages'][number] }) {
  const suspended = stage.state === 'suspended';
  return (
    <li class={`card health-item ${suspended ? 'waiting' : ''}`}>
      <h2 class="stage-name">{stage.name}</h2>
      <p class={`dot dot-${stage.state}`}>{STAGE_STATE[stage.state]}</p>
      <p class="muted">{stage.provider}</p>
      {suspended && (
        <p>
          For {stage.waiting_for ?? 'its provider'}
          {stage.suspended_since !== null && <>, for {timeSpan(now.value - Date.parse(stage.suspended_since))}</>}.
          {stage.next_probe_at !== null && <> Next look {inTime(Date.parse(stage.next_probe_at))}.</>} No document fails
          for it.
        </p>
      )}
      <dl class="facts">
        <Fact name="done" value={count(stage.completed)} />
        <Fact name="mean" value={stage.mean_ms === null ? '–' : timeSpan(stage.mean_ms)} />
        <Fact name="retries" value={count(stage.retries)} />
      </dl>
    </li>
  );
}

/** A batch that a collection is made of. */
function SourceHealth({ source }: { source: Job['collected_from'][number] }) {
  return (
    <li class="card health-item">
      <h2>
        <a href={hrefOf({ page: 'batch', batchId: source.batch_id, tab: 'overview' })}>{source.batch_id}</a>
      </h2>
      <p class="muted">results come from here</p>
      <dl class="facts">
        <Fact name="documents" value={count(source.documents)} />
        <Fact name="taken" value={ago(Date.parse(source.read_at), now.value)} />
      </dl>
    </li>
  );
}

function SinkHealth({ sink }: { sink: Job['sinks'][number] }) {
  const failing = sink.error !== null;
  return (
    <li class={`card health-item ${failing ? 'waiting' : ''}`}>
      <h2>{sink.name}</h2>
      <p class={`dot dot-${failing ? 'suspended' : 'working'}`}>
        {failing ? 'Failing' : sink.lag > 0 ? 'Behind' : 'Up to date'}
      </p>
      <p class="muted">results go here</p>
      {failing && (
        <p>
          {sink.error}
          {sink.failing_since !== null && <> Since {dateTime(Date.parse(sink.failing_since))}.</>}
        </p>
      )}
      <dl class="facts">
        <Fact name="delivered" value={count(sink.delivered)} />
        <Fact name="to come" value={count(sink.lag)} />
      </dl>
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function reasonText({ status, reason }: Job): string {
  if (status === 'FAILED') return `It could not go on: ${reason}`;
  if (status === 'PAUSED') return `Paused: ${PAUSE_TEXT[reason ?? ''] ?? words(reason ?? '')}.`;
  return words(reason ?? '');
}

const PAUSE_TEXT: Readonly<Record<string, string>> = {
  user: 'somebody asked for it',
  time_limit: 'its time limit was reached',
  failure_budget: 'too many documents failed',
  cost_budget: 'its cost budget is spent',
  working_hours: 'outside its working hours; it goes on by itself',
};

function inTime(atMs: number): string {
  const ms = atMs - now.value;
  return ms <= 0 ? 'now' : `in ${timeSpan(ms)}`;
}
