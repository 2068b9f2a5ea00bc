import type { Clock } from '../../engine/clock.ts';
import type { PlaceInLine } from '../job-view.ts';
import type { OpenBatches } from '../open-batches.ts';
import { AllChannel } from './all-channel.ts';
import { BatchChannel } from './batch-channel.ts';
import type { LiveStream } from './live-stream.ts';

/** Who watches what. A batch is looked at only while somebody watches it, and once for all who do. */
export class LiveHub {
  readonly #batches: OpenBatches;
  readonly #clock: Clock;
  readonly #placeInLine: PlaceInLine;
  readonly #channels = new Map<string, BatchChannel>();
  readonly #all: AllChannel;

  constructor(batches: OpenBatches, clock: Clock, placeInLine: PlaceInLine, onError: (message: string) => void) {
    this.#batches = batches;
    this.#clock = clock;
    this.#placeInLine = placeInLine;
    this.#all = new AllChannel(batches, clock, placeInLine, onError);
  }

  /** How many clients there are. */
  get clients(): number {
    return [...this.#channels.values()].reduce((sum, channel) => sum + channel.clients, this.#all.clients);
  }

  /** Follows one batch. */
  openBatch(batchId: string, lastEventId: string | null): LiveStream {
    let channel = this.#channels.get(batchId);
    if (channel === undefined) {
      channel = new BatchChannel(batchId, this.#batches, this.#clock, this.#placeInLine, () =>
        this.#channels.delete(batchId),
      );
      this.#channels.set(batchId, channel);
    }
    return channel.open(lastEventId);
  }

  /** Follows all batches. */
  openAll(lastEventId: string | null): LiveStream {
    return this.#all.open(lastEventId);
  }

  /** Says that a batch has changed, so that those who watch it need not wait for the next look. */
  hurry(batchId: string): void {
    this.#channels.get(batchId)?.hurry();
    this.#all.hurry();
  }

  /** Tells everybody what there is still to tell, and ends their streams. */
  end(): void {
    for (const channel of this.#channels.values()) channel.end();
    this.#all.end();
  }
}
