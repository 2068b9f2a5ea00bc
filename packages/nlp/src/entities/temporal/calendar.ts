/** A day of the Gregorian calendar as days since 1970-01-01. */
export type DayNumber = number;

const DAY_MS = 86_400_000;
const MAX_DAY = 2_900_000;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Reads the day of an ISO 8601 date or date-time; undefined when there is none. */
export function parseDay(iso: string | undefined): DayNumber | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? '');
  return match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** The day number of a date (month from 1); undefined when the calendar has no such day. */
export function dayOf(year: number, month: number, day: number): DayNumber | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const valid = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return valid ? Math.round(date.getTime() / DAY_MS) : undefined;
}

/** ISO 8601 of a day, `2019-03-04`; undefined beyond the years 0 to 9999. */
export function formatDay(day: DayNumber): string | undefined {
  if (Math.abs(day) > MAX_DAY) return undefined;
  const date = new Date(day * DAY_MS);
  const year = date.getUTCFullYear();
  if (year < 0 || year > 9999) return undefined;
  return `${pad(year, 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

/** ISO 8601 of a month, `2019-03`; months outside 1 to 12 roll over into other years. */
export function formatMonth(year: number, month: number): string | undefined {
  const months = year * 12 + month - 1;
  const rolled = Math.floor(months / 12);
  return formatYear(rolled) && `${pad(rolled, 4)}-${pad(months - rolled * 12 + 1, 2)}`;
}

/** ISO 8601 of a year, `2019`. */
export function formatYear(year: number): string | undefined {
  return year >= 0 && year <= 9999 ? pad(year, 4) : undefined;
}

/** Weekday from 0, Monday. */
export function weekdayOf(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** ISO 8601 week, `2019-W10`. */
export function formatWeek(day: DayNumber): string | undefined {
  const thursday = day - weekdayOf(day) + 3;
  const iso = formatDay(thursday);
  if (iso === undefined) return undefined;
  const year = Number(iso.slice(0, 4));
  const firstDay = dayOf(year, 1, 1)!;
  return `${iso.slice(0, 4)}-W${pad(Math.floor((thursday - firstDay) / 7) + 1, 2)}`;
}

/** Year and month (from 1) of a day. */
export function monthOf(day: DayNumber): { year: number; month: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}
