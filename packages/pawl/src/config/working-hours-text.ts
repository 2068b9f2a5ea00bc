import type { BatchSettings } from '../domain/batch.ts';

type WorkingHours = NonNullable<BatchSettings['workingHours']>;

const HOURS = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;

/** How working hours are written; for messages and help. */
export const WORKING_HOURS_FORMS = 'local hours such as 20:00-06:00';

/** The hours of `20:00-06:00` (over midnight when the end is earlier); null when the text is no such pair, or one that leaves nothing out. */
export function parseWorkingHours(text: string): WorkingHours | null {
  const match = HOURS.exec(text.trim());
  if (match === null) return null;
  const fromMinute = minuteOfDay(match[1]!, match[2]!);
  const toMinute = minuteOfDay(match[3]!, match[4]!);
  if (fromMinute === null || toMinute === null) return null;
  const hours = { fromMinute: fromMinute % MINUTES_A_DAY, toMinute: toMinute % MINUTES_A_DAY };
  return hours.fromMinute === hours.toMinute ? null : hours;
}

/** `{fromMinute: 1200, toMinute: 360}` is `20:00-06:00`. */
export function formatWorkingHours(hours: WorkingHours): string {
  return `${clockTime(hours.fromMinute)}-${clockTime(hours.toMinute)}`;
}

const MINUTES_A_DAY = 24 * 60;

/** 24:00 is allowed as the end of a day. */
function minuteOfDay(hour: string, minute: string): number | null {
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= MINUTES_A_DAY ? total : null;
}

function clockTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
