import type { Authorship, Checkpoint, ControlState } from '../checkpoint/checkpoint.ts';
import type { RunReport } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import type { Clock } from './clock.ts';

/** Orders from other processes are seen after this long. */
const POLL_MS = 50;
const HEARTBEAT_MS = 2_000;

export interface ControlWatchOptions {
  readonly checkpoint: Checkpoint;
  readonly run: number;
  readonly clock: Clock;
  readonly author: () => Authorship;
  readonly report: () => RunReport;
  /** The order that was already carried out when the run began. */
  readonly controlId: number;
  readonly settingsVersion: number;
  /** Called before the order is acknowledged: when it returns, no further document may start. */
  readonly onOrder: (order: { readonly end: 'paused' | 'stopped'; readonly now: boolean }) => void;
  readonly onSettings: () => Promise<void>;
  readonly onHeartbeat: () => void;
  /** The checkpoint cannot be read or written, or the batch is another runner's. Watching ends. */
  readonly onError: (error: unknown) => void;
}

/** Keeps a run's lease and looks for orders and changed settings, until it is closed. */
export class ControlWatch {
  readonly #options: ControlWatchOptions;
  readonly #closed = new AbortController();
  readonly #loops: readonly Promise<void>[];
  #controlId: number;
  #settingsVersion: number;

  constructor(options: ControlWatchOptions) {
    this.#options = options;
    this.#controlId = options.controlId;
    this.#settingsVersion = options.settingsVersion;
    this.#loops = [this.#every(POLL_MS, () => this.#look()), this.#every(HEARTBEAT_MS, () => this.#beat())];
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#loops);
  }

  async #every(ms: number, turn: () => Promise<void>): Promise<void> {
    const { clock, onError } = this.#options;
    try {
      while (!this.#closed.signal.aborted) {
        await turn();
        await clock.sleep(ms, this.#closed.signal).catch(() => undefined);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) onError(error);
    }
  }

  async #look(): Promise<void> {
    const { checkpoint, run, onSettings } = this.#options;
    const control = await checkpoint.control();
    if (this.#closed.signal.aborted) return;
    if (control.holder !== run) throw leaseLost();
    if (control.controlId !== this.#controlId) await this.#obey(control);
    if (control.settingsVersion === this.#settingsVersion) return;
    this.#settingsVersion = control.settingsVersion;
    await onSettings();
  }

  async #obey({ status, controlId, controlNow }: ControlState): Promise<void> {
    const { checkpoint, run, author, onOrder } = this.#options;
    this.#controlId = controlId;
    if (status === 'PAUSED') onOrder({ end: 'paused', now: controlNow });
    if (status === 'STOPPED') onOrder({ end: 'stopped', now: controlNow });
    await this.#beat(); // says what is still in flight
    await checkpoint.acknowledge(run, controlId, author());
  }

  async #beat(): Promise<void> {
    const { checkpoint, run, author, report, onHeartbeat } = this.#options;
    await checkpoint.heartbeat(run, report(), author());
    onHeartbeat();
  }
}

function leaseLost(): PawlError {
  return new PawlError('lease_lost', 'Another runner has taken over the batch; this one saves nothing more.');
}
