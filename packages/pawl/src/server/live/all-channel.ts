import { messageOf } from '../../domain/errors.ts';
import type { Clock } from '../../engine/clock.ts';
import type { JobSummary } from '../api/job.ts';
import { type PlaceInLine, toJobSummary } from '../job-view.ts';
import type { OpenBatches } from '../open-batches.ts';
import { eventText } from './event-text.ts';
import { type LiveSource, LiveStream } from './live-stream.ts';
import { Watch } from './watch.ts';

/** Batches that a new client is told of: those that changed last. */
const MAX_AT_FIRST = 500;

/** What is told of all batches: which have changed, and how they are now. */
export class AllChannel {
  readonly #batches: OpenBatches;
  readonly #clock: Clock;
  readonly #placeInLine: PlaceInLine;
  readonly #onError: (message: string) => void;
  readonly #clients = new Set<AllClient>();
  #watch: Watch | null = null;
  #jobs: ReadonlyMap<string, JobSummary> = new Map();

  constructor(batches: OpenBatches, clock: Clock, placeInLine: PlaceInLine, onError: (message: string) => void) {
    this.#batches = batches;
    this.#clock = clock;
    this.#placeInLine = placeInLine;
    this.#onError = onError;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** @param lastEventId of the client's last event; null for a new client */
  open(lastEventId: string | null): LiveStream {
    const client = new AllClient(lastEventId, () => this.#leave(client));
    this.#clients.add(client);
    if (this.#watch === null) this.#watch = new Watch(() => this.#look(), this.#clock);
    else client.tell(this.#jobs);
    return client.stream;
  }

  hurry(): void {
    this.#watch?.hurry();
  }

  end(): void {
    this.#watch?.end();
    for (const client of this.#clients) client.stream.end();
  }

  #leave(client: AllClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#watch?.end();
    this.#watch = null;
  }

  async #look(): Promise<boolean> {
    try {
      const nowMs = this.#clock.now();
      const listed = await this.#batches.store.list();
      const before = this.#jobs;
      const jobs = new Map<string, JobSummary>();
      for (const one of listed) {
        if (one.kind !== 'batch') continue;
        const job = toJobSummary(one, nowMs, this.#placeInLine);
        const known = before.get(job.batch_id);
        jobs.set(job.batch_id, known !== undefined && isSame(known, job) ? known : job);
      }
      this.#jobs = jobs;
      for (const client of this.#clients) client.tell(jobs);
      return before.size !== jobs.size || [...jobs].some(([id, job]) => before.get(id) !== job);
    } catch (error) {
      this.#onError(messageOf(error));
      return false;
    }
  }
}

function isSame(a: JobSummary, b: JobSummary): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What one client knows: the summaries it was given, by identity. */
class AllClient implements LiveSource {
  readonly stream: LiveStream;
  readonly #onClose: () => void;
  /** For a client that comes back: what changed at this time or later is news to it, milliseconds since the epoch. */
  readonly #knowsUntilMs: number | null;
  #told: ReadonlyMap<string, JobSummary> | null = null;
  #jobs: ReadonlyMap<string, JobSummary> | null = null;

  constructor(lastEventId: string | null, onClose: () => void) {
    this.#knowsUntilMs = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : null;
    this.#onClose = onClose;
    this.stream = new LiveStream(this);
  }

  tell(jobs: ReadonlyMap<string, JobSummary>): void {
    this.#jobs = jobs;
    this.stream.offer();
  }

  take(): string | null {
    const jobs = this.#jobs;
    const told = this.#told;
    if (jobs === null || jobs === told) return null;
    this.#told = jobs;
    const changed =
      told === null ? this.#atFirst(jobs) : [...jobs.values()].filter((job) => told.get(job.batch_id) !== job);
    const removed = told === null ? [] : [...told.keys()].filter((id) => !jobs.has(id));
    if (told !== null && changed.length === 0 && removed.length === 0) return null;
    const lastMs = Math.max(0, ...[...jobs.values()].map(({ updated_at }) => Date.parse(updated_at)));
    return eventText('jobs', String(lastMs), JSON.stringify({ jobs: changed, removed }));
  }

  close(): void {
    this.#onClose();
  }

  #atFirst(jobs: ReadonlyMap<string, JobSummary>): JobSummary[] {
    const since = this.#knowsUntilMs ?? 0;
    return [...jobs.values()].filter(({ updated_at }) => Date.parse(updated_at) >= since).slice(0, MAX_AT_FIRST);
  }
}
