import { parseRetryAfter } from '../retry-after.ts';
import type { RateAllowance } from '../language-model.ts';

/** The names under which servers say what is left: OpenAI and most that follow it, Anthropic. */
const REMAINING_REQUESTS = ['x-ratelimit-remaining-requests', 'anthropic-ratelimit-requests-remaining'];
const REMAINING_TOKENS = ['x-ratelimit-remaining-tokens', 'anthropic-ratelimit-tokens-remaining'];
const RESETS = [
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'anthropic-ratelimit-requests-reset',
  'anthropic-ratelimit-tokens-reset',
];
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

type Headers = Readonly<Record<string, string | undefined>>;

/** What a server's headers say of its rate limits; null when they say nothing. */
export function readRateAllowance(headers: Headers, nowMs: number): RateAllowance | null {
  const requests = firstNumber(headers, REMAINING_REQUESTS);
  const tokens = firstNumber(headers, REMAINING_TOKENS);
  if (requests === null && tokens === null) return null;
  const resets = RESETS.map((name) => resetMs(headers[name], nowMs)).filter((ms) => ms !== null);
  return {
    ...(requests === null ? {} : { remainingRequests: requests }),
    ...(tokens === null ? {} : { remainingTokens: tokens }),
    ...(resets.length === 0 ? {} : { resetMs: Math.max(...resets) }),
  };
}

/** How long a refusal asks to wait, in milliseconds: `retry-after-ms`, or `Retry-After`; null when it does not say. */
export function readRetryAfter(headers: Headers, nowMs: number): number | null {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  return Number.isFinite(ms) && ms >= 0 ? ms : parseRetryAfter(headers['retry-after'] ?? null, nowMs);
}

function firstNumber(headers: Headers, names: readonly string[]): number | null {
  for (const name of names) {
    const value = Number(headers[name] ?? Number.NaN);
    if (Number.isFinite(value) && value >= 0) return value;
  }
  return null;
}

/** `1s`, `6m0s`, `120ms` (OpenAI) or a time (Anthropic, RFC 3339). */
function resetMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const spans = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (spans.length > 0 && spans.map(([whole]) => whole).join('') === text.trim()) {
    return spans.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ''] ?? 0), 0);
  }
  const at = Date.parse(text);
  return Number.isFinite(at) ? Math.max(0, at - nowMs) : null;
}
