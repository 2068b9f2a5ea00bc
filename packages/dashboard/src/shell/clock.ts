import { signal } from '@preact/signals';

/** The time, to the second, for what is told as "3 s ago" and "in 12 s". Milliseconds since the epoch. */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1000);
