import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Clock } from '../engine/clock.ts';
import { describeBatch } from '../engine/describe-batch.ts';
import type { RunProgress } from '../engine/run-progress.ts';
import { type Notification, type NotificationEvent, notify } from './notify.ts';

export interface NotifierOptions {
  readonly checkpoint: Checkpoint;
  readonly clock: Clock;
  readonly by: string;
  /** Called when a target could not be told; the history has it then as well. */
  readonly onFailure: (target: string, problem: string) => void;
}

/** Tells the targets of a batch (`--notify`) what happens to it. Nothing here ever rejects. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #suspended = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #offHours = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Looks at the progress of a run for what is worth telling: a stage that is suspended, working hours that are over. */
  watch({ report, halting }: RunProgress): void {
    for (const { name, state, waitingFor } of report.stages) {
      if (state !== 'suspended') this.#suspended.delete(name);
      else if (!this.#suspended.has(name)) {
        this.#suspended.add(name);
        this.tell('suspended', `${name}: ${waitingFor ?? 'waiting'}`);
      }
    }
    const offHours = halting?.kind === 'off_hours';
    if (offHours && !this.#offHours) this.tell('paused', 'working_hours');
    this.#offHours = offHours;
  }

  /** Tells everybody; returns at once. */
  tell(event: NotificationEvent, reason: string | null): void {
    const telling = this.#tellAll(event, reason).catch(() => undefined);
    this.#underWay.add(telling);
    void telling.finally(() => this.#underWay.delete(telling));
  }

  /** Waits until everybody was told or could not be. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #tellAll(event: NotificationEvent, reason: string | null): Promise<void> {
    const { checkpoint, clock } = this.#options;
    const { settings } = await checkpoint.batch();
    if (settings.notify.length === 0) return;
    const atMs = clock.now();
    const batch = await describeBatch(checkpoint, atMs);
    const notification: Notification = { event, reason, at: new Date(atMs).toISOString(), batch };
    await Promise.all(settings.notify.map((target) => this.#tellOne(target, notification)));
  }

  async #tellOne(target: string, notification: Notification): Promise<void> {
    const problem = await notify(target, notification);
    if (problem === null) return;
    const { checkpoint, clock, by, onFailure } = this.#options;
    onFailure(target, problem);
    const details = { target: withoutSecrets(target), about: notification.event };
    await checkpoint.note({ event: 'notify_failed', reason: problem, run: null, details }, { atMs: clock.now(), by });
  }
}

/** An address may carry a token in its query or user info: the history keeps neither. */
function withoutSecrets(target: string): string {
  if (!URL.canParse(target)) return target;
  const { origin, pathname } = new URL(target);
  return origin === 'null' ? target : origin + pathname;
}
