import type { BatchSettings } from '../domain/batch.ts';

type WorkingHours = NonNullable<BatchSettings['workingHours']>;

const MINUTE_MS = 60_000;

/**
 * How long until the working hours begin, in milliseconds; 0 within them. Hours that end before they begin run over
 * midnight; hours that end when they begin are the whole day. Local time.
 */
export function msUntilWorkingHours(hours: WorkingHours, nowMs: number): number {
  const minute = minuteOfDay(nowMs);
  if (isWithin(hours, minute)) return 0;
  return msUntilMinute(hours.fromMinute, nowMs);
}

/** How long the working hours still last, in milliseconds; 0 outside them, Infinity when they never end. */
export function msOfWorkingHoursLeft(hours: WorkingHours, nowMs: number): number {
  if (hours.fromMinute === hours.toMinute) return Number.POSITIVE_INFINITY;
  return isWithin(hours, minuteOfDay(nowMs)) ? msUntilMinute(hours.toMinute, nowMs) : 0;
}

function isWithin({ fromMinute, toMinute }: WorkingHours, minute: number): boolean {
  if (fromMinute === toMinute) return true;
  if (fromMinute < toMinute) return fromMinute <= minute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}

function minuteOfDay(nowMs: number): number {
  const now = new Date(nowMs);
  return now.getHours() * 60 + now.getMinutes();
}

/** From now to the next time the local clock shows `minute`; built from calendar fields, so that clock changes are met. */
function msUntilMinute(minute: number, nowMs: number): number {
  const then = new Date(nowMs);
  then.setHours(0, minute, 0, 0);
  if (then.getTime() <= nowMs) then.setDate(then.getDate() + 1);
  return Math.max(then.getTime() - nowMs, MINUTE_MS / 60);
}
