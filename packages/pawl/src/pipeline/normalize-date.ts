const ISO_DATE = /^\s*(\d{4})-(\d{2})-(\d{2})(?![\d])/;
const COMPACT_DATE = /^\s*(\d{4})(\d{2})(\d{2})\s*$/;
const SLASHED_DATE = /^\s*(\d{4})\/(\d{1,2})\/(\d{1,2})\s*$/;
const DAY_FIRST = /^\s*(?:[A-Za-z]+,\s*)?(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})\b/;
const MONTH_FIRST = /^\s*(?:[A-Za-z]+,\s*)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A document's own date as `YYYY-MM-DD`: ISO 8601 (a time may follow and does not shift the day), `20190304`,
 * `2019/3/4`, `4 March 2019`, `March 4, 2019`, RFC 5322. Null for anything else and for days that do not exist;
 * `03/04/2019` is anything else, since it names two days.
 */
export function normalizeDate(text: string): string | null {
  for (const pattern of [ISO_DATE, COMPACT_DATE, SLASHED_DATE]) {
    const match = pattern.exec(text);
    if (match !== null) return toIso(Number(match[1]), Number(match[2]), Number(match[3]));
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) return toIso(Number(dayFirst[3]), monthOf(dayFirst[2] ?? ''), Number(dayFirst[1]));
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) return toIso(Number(monthFirst[3]), monthOf(monthFirst[1] ?? ''), Number(monthFirst[2]));
  return null;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function toIso(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : null;
}
