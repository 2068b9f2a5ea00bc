const DAY_MS = 86_400_000;

/** `YYYY-MM-DD`, and what may follow it, as days since the epoch; null when it is no day. */
export function dayOf(date: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}/.test(date)) return null;
  const ms = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(ms) ? null : Math.round(ms / DAY_MS);
}

/** Days since the epoch as `YYYY-MM-DD`. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
