import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { HistoryEntry } from '../../domain/batch.ts';
import type { Clock } from '../../engine/clock.ts';
import { describeBatch } from '../../engine/describe-batch.ts';
import { toHistoryItem } from '../history-view.ts';
import { type PlaceInLine, toJob } from '../job-view.ts';
import type { OpenBatches } from '../open-batches.ts';
import { eventText } from './event-text.ts';
import { type LiveSource, LiveStream } from './live-stream.ts';
import { Watch } from './watch.ts';

// What is told of one batch: its state, of which only the last counts, and its history, of which every entry does. An event's id
// is `<history seq>-<digest of the state>`: whoever comes back with it gets the entries since, and the state if it is another.

/** Entries that are told of at once. */
const HISTORY_PAGE = 100;

/** The state of a batch as it is told. */
interface State {
  readonly json: string;
  readonly digest: string;
}

/** One batch that somebody watches; all its clients share the looks at it. */
export class BatchChannel {
  readonly #id: string;
  readonly #batches: OpenBatches;
  readonly #clock: Clock;
  readonly #placeInLine: PlaceInLine;
  readonly #clients = new Set<BatchClient>();
  readonly #onEmpty: () => void;
  readonly #watch: Watch;
  #state: State | null = null;

  constructor(id: string, batches: OpenBatches, clock: Clock, placeInLine: PlaceInLine, onEmpty: () => void) {
    this.#id = id;
    this.#batches = batches;
    this.#clock = clock;
    this.#placeInLine = placeInLine;
    this.#onEmpty = onEmpty;
    this.#watch = new Watch(() => this.#look(), clock);
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** @param lastEventId of the client's last event; null for a new client */
  open(lastEventId: string | null): LiveStream {
    const client = new BatchClient(lastEventId, () => this.#leave(client));
    this.#clients.add(client);
    this.#watch.hurry();
    return client.stream;
  }

  hurry(): void {
    this.#watch.hurry();
  }

  end(): void {
    this.#watch.end();
    for (const client of this.#clients) client.stream.end();
  }

  #leave(client: BatchClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#watch.end();
    this.#onEmpty();
  }

  async #look(): Promise<boolean> {
    try {
      return await this.#batches.use(this.#id, async ({ checkpoint }) => {
        const before = this.#state;
        const job = toJob(await describeBatch(checkpoint, this.#clock.now()), this.#placeInLine);
        const json = JSON.stringify(job);
        this.#state = { json, digest: digestOf(json) };
        const pages = new Map<number, readonly HistoryEntry[]>();
        const clients = [...this.#clients];
        const lastSeq = clients.some(({ historySeq }) => historySeq === null) ? await lastHistorySeq(checkpoint) : 0;
        for (const client of clients) {
          const afterSeq = client.historySeq ?? lastSeq;
          const page = pages.get(afterSeq) ?? (await checkpoint.history({ afterSeq, limit: HISTORY_PAGE }));
          pages.set(afterSeq, page);
          client.historySeq = afterSeq;
          client.tell(this.#state, page);
        }
        return before?.digest !== this.#state.digest;
      });
    } catch {
      // Deleted, or not readable for now: a client that comes back is told why by the answer to its request.
      for (const client of [...this.#clients]) client.stream.destroy();
      return false;
    }
  }
}

/** Walks to the end of a history, which is short. */
async function lastHistorySeq(checkpoint: Checkpoint): Promise<number> {
  for (let afterSeq = 0; ; ) {
    const last = (await checkpoint.history({ afterSeq, limit: 1_000 })).at(-1);
    if (last === undefined) return afterSeq;
    afterSeq = last.seq;
  }
}

/** What one client knows. */
class BatchClient implements LiveSource {
  readonly stream: LiveStream;
  readonly #onClose: () => void;
  /** The last entry of the history that the client has been given; null for a new client, who gets none from before. */
  historySeq: number | null;
  #toldDigest: string | null;
  #state: State | null = null;
  #history: readonly HistoryEntry[] = [];

  constructor(lastEventId: string | null, onClose: () => void) {
    const [, seq, digest] = /^(\d{1,15})-([0-9a-f]{16})$/.exec(lastEventId ?? '') ?? [];
    this.historySeq = seq === undefined ? null : Number(seq);
    this.#toldDigest = digest ?? null;
    this.#onClose = onClose;
    this.stream = new LiveStream(this);
  }

  /** Replaces what the client has not taken yet. @param history the entries after {@link historySeq} */
  tell(state: State, history: readonly HistoryEntry[]): void {
    this.#state = state;
    this.#history = history;
    this.stream.offer();
  }

  take(): string | null {
    const state = this.#state;
    if (state === null) return null;
    let text = '';
    for (const entry of this.#history) {
      this.historySeq = entry.seq;
      text += eventText('history', this.#eventId(), JSON.stringify(toHistoryItem(entry)));
    }
    this.#history = [];
    if (state.digest !== this.#toldDigest) {
      this.#toldDigest = state.digest;
      text += eventText('job', this.#eventId(), state.json);
    }
    return text === '' ? null : text;
  }

  close(): void {
    this.#onClose();
  }

  #eventId(): string {
    return `${this.historySeq ?? 0}-${this.#toldDigest ?? '0'.repeat(16)}`;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
