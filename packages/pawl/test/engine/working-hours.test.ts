import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msOfWorkingHoursLeft, msUntilWorkingHours } from '../../src/engine/working-hours.ts';

const HOUR_MS = 3_600_000;
const at = (hour: number, minute = 0) => new Date(2026, 2, 10, hour, minute).getTime();
const night = { fromMinute: 20 * 60, toMinute: 6 * 60 };
const day = { fromMinute: 9 * 60, toMinute: 17 * 60 };

describe('working hours', () => {
  test('over midnight hold before and after it', () => {
    expect(msUntilWorkingHours(night, at(23))).toBe(0);
    expect(msUntilWorkingHours(night, at(5, 59))).toBe(0);
    expect(msUntilWorkingHours(night, at(6))).toBe(14 * HOUR_MS);
  });

  test('tell how long they last and when they begin again', () => {
    expect(msOfWorkingHoursLeft(day, at(9))).toBe(8 * HOUR_MS);
    expect(msOfWorkingHoursLeft(day, at(17))).toBe(0);
    expect(msUntilWorkingHours(day, at(17))).toBe(16 * HOUR_MS);
    expect(msOfWorkingHoursLeft(night, at(23))).toBe(7 * HOUR_MS);
  });

  test('that end when they begin are the whole day', () => {
    const always = { fromMinute: 60, toMinute: 60 };
    expect(msUntilWorkingHours(always, at(12))).toBe(0);
    expect(msOfWorkingHoursLeft(always, at(12))).toBe(Number.POSITIVE_INFINITY);
  });

  test('are, at any minute, either on or to be waited for', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(minute, minute, minute, (fromMinute, toMinute, now) => {
        const hours = { fromMinute, toMinute };
        const nowMs = at(0, now);
        expect(msUntilWorkingHours(hours, nowMs) === 0).toBe(msOfWorkingHoursLeft(hours, nowMs) > 0);
        const waitedMs = nowMs + msUntilWorkingHours(hours, nowMs);
        expect(msUntilWorkingHours(hours, waitedMs)).toBe(0);
      }),
    );
  });
});
