import { setTimeout } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, signal === undefined ? {} : { signal }),
  random: Math.random,
};
