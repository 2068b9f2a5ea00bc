const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** How a duration is written; for messages and help. */
export const DURATION_FORMS = 'a duration such as 90s, 30m or 1h30m';

/** Milliseconds of `90s`, `1h30m`, `250ms`, `2d`; null when the text is no duration. Each unit may occur once. */
export function parseDuration(text: string): number | null {
  const written = text.trim().toLowerCase();
  if (!WHOLE.test(written)) return null;
  const seen = new Set<string>();
  let total = 0;
  for (const [, amount, unit] of written.matchAll(PART)) {
    if (seen.has(unit!)) return null;
    seen.add(unit!);
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return Math.round(total);
}

/** The shortest way to write `ms` so that {@link parseDuration} reads it back: 5400000 is `1h30m`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let written = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const amount = Math.floor(rest / UNIT_MS[unit]);
    if (amount > 0) written += `${amount}${unit}`;
    rest -= amount * UNIT_MS[unit];
  }
  return written === '' ? '0s' : written;
}
