import type { RateAllowance } from '../language-model.ts';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../retry-after.ts';

/** The names under which servers say what is left and until when: OpenAI and most that follow it, Anthropic. */
const HEADERS: readonly { readonly of: RateAllowance['of']; readonly remaining: string; readonly reset: string }[] = [
  { of: 'requests', remaining: 'x-ratelimit-remaining-requests', reset: 'x-ratelimit-reset-requests' },
  { of: 'tokens', remaining: 'x-ratelimit-remaining-tokens', reset: 'x-ratelimit-reset-tokens' },
  { of: 'requests', remaining: 'anthropic-ratelimit-requests-remaining', reset: 'anthropic-ratelimit-requests-reset' },
  { of: 'tokens', remaining: 'anthropic-ratelimit-tokens-remaining', reset: 'anthropic-ratelimit-tokens-reset' },
];
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

type Headers = Readonly<Record<string, string | undefined>>;

/** What a server's headers say of its rate limits; empty when they say nothing. */
export function readRateAllowances(headers: Headers, nowMs: number): RateAllowance[] {
  return HEADERS.flatMap(({ of, remaining, reset }) => {
    const left = wholeNumber(headers[remaining]);
    const resetMs = parseReset(headers[reset], nowMs);
    return left === null || resetMs === null ? [] : [{ of, remaining: left, resetMs }];
  });
}

/**
 * How long a refusal asks to wait, in milliseconds: `retry-after-ms`, `Retry-After`, or what Google says in the body
 * (`"retryDelay": "34s"`); null when it does not say.
 */
export function readRetryAfter(headers: Headers, body: string, nowMs: number): number | null {
  const ms = wholeNumber(headers['retry-after-ms']);
  if (ms !== null) return Math.min(ms, MAX_RETRY_AFTER_MS);
  const inBody = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body);
  return (
    parseRetryAfter(headers['retry-after'] ?? null, nowMs) ??
    (inBody === null ? null : Math.min(Number(inBody[1]) * 1_000, MAX_RETRY_AFTER_MS))
  );
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}

/** `1s`, `6m0s`, `120ms` (OpenAI) or a time (Anthropic, RFC 3339). */
function parseReset(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const spans = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const waitMs =
    spans.length > 0 && spans.map(([whole]) => whole).join('') === text.trim()
      ? spans.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ''] ?? 0), 0)
      : Date.parse(text) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : null;
}
