/** No service may make a batch wait longer on its word alone. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** The wait a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), in milliseconds; null when it asks for none. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = /^\s*(\d+)\s*$/.exec(header);
  const waitMs = seconds === null ? Date.parse(header) - nowMs : Number(seconds[1]) * 1000;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : null;
}
