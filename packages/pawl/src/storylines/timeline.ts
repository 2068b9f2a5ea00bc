import { dayOf } from './day.ts';
import type { StorylineLane } from './storyline-map.ts';

// Where storylines lie over a calendar. It runs in the browser too, so it imports nothing but what does.

/** Lanes over one calendar. A place on it is a number from 0, its first day, to 1, the end of its last. */
export interface Timeline {
  /** Storylines with dates in the order in which they begin. */
  readonly rows: readonly TimelineRow[];
  /** Storylines without dates, as they were given. */
  readonly undated: readonly StorylineLane[];
  readonly ticks: readonly Tick[];
  /** Where the calendar leaves out a long time in which no storyline was told. */
  readonly cuts: readonly Cut[];
}

export interface TimelineRow {
  readonly lane: StorylineLane;
  readonly from: number;
  readonly to: number;
  /** The middle of each day with key events. */
  readonly keyDays: readonly number[];
}

/** Where a day, month or year begins: `2020-02-23`, `2020-02` or `2020`. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  /** Whether the label stands before its place, since behind it there is no room. */
  readonly isBefore: boolean;
}

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly days: number;
}

/** Days from `first` to `last`, both in it, drawn without a cut. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

interface PlacedStretch extends Stretch {
  readonly from: number;
  readonly to: number;
}

/** A time without storylines is left out where it is more than this part of what is drawn ... */
const CUT_PART = 1 / 3;
/** ... and at least this long. */
const SHORTEST_CUT_DAYS = 180;
/** What a cut takes of the calendar. */
const CUT_WIDTH = 0.05;
const MOST_CUTS = 6;
/** What a label takes of the calendar, at least: by its length in characters, so that none lies over the next. */
const LABEL_WIDTH: Readonly<Record<number, number>> = { 4: 0.1, 7: 0.145, 10: 0.22 };

/** Lays storylines over one calendar, from the first day on which one was told to the last. */
export function timelineOf(lanes: readonly StorylineLane[]): Timeline {
  const dated = lanes.flatMap((lane) => {
    const { temporal_span: span } = lane;
    const [first, last] = span === null ? [null, null] : [dayOf(span.start), dayOf(span.end)];
    return first === null || last === null || last < first ? [] : [{ lane, first, last }];
  });
  const withDates = new Set(dated.map(({ lane }) => lane));
  const stretches = placed(cutStretches(dated));
  const rows = dated
    .sort((a, b) => a.first - b.first || a.last - b.last || (a.lane.storyline_id < b.lane.storyline_id ? -1 : 1))
    .map(({ lane, first, last }) => ({
      lane,
      from: placeOf(first, stretches),
      to: placeOf(last + 1, stretches),
      keyDays: lane.key_days.map((day) => placeOf((dayOf(day) ?? first) + 0.5, stretches)),
    }));
  return {
    rows,
    undated: lanes.filter((lane) => !withDates.has(lane)),
    ticks: ticksOf(stretches),
    cuts: stretches.slice(1).map((stretch, i) => ({
      from: stretches[i]!.to,
      to: stretch.from,
      days: stretch.first - stretches[i]!.last - 1,
    })),
  };
}

/** The days on which something is told, apart where there is a gap that would leave no room for them. */
function cutStretches(spans: readonly Stretch[]): Stretch[] {
  const told: { first: number; last: number }[] = [];
  for (const { first, last } of spans.toSorted((a, b) => a.first - b.first)) {
    const before = told.at(-1);
    if (before === undefined || first > before.last + 1) told.push({ first, last });
    else before.last = Math.max(before.last, last);
  }
  const gaps = told.slice(1).map(({ first }, i) => ({ after: i, days: first - told[i]!.last - 1 }));
  const longest = gaps.toSorted((a, b) => b.days - a.days).slice(0, MOST_CUTS);
  let drawnDays = told.length === 0 ? 0 : told.at(-1)!.last - told[0]!.first + 1;
  const cuts = new Set<number>();
  for (const { after, days } of longest) {
    if (days < SHORTEST_CUT_DAYS || days <= drawnDays * CUT_PART) break;
    cuts.add(after);
    drawnDays -= days;
  }
  return told.reduce<{ first: number; last: number }[]>((stretches, { first, last }, i) => {
    const before = stretches.at(-1);
    if (before === undefined || cuts.has(i - 1)) stretches.push({ first, last });
    else before.last = last;
    return stretches;
  }, []);
}

/** Gives each stretch room by its days. */
function placed(stretches: readonly Stretch[]): PlacedStretch[] {
  const days = stretches.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const unit = (1 - CUT_WIDTH * Math.max(0, stretches.length - 1)) / days;
  let from = 0;
  return stretches.map(({ first, last }) => {
    const to = from + (last - first + 1) * unit;
    const stretch = { first, last, from, to };
    from = to + CUT_WIDTH;
    return stretch;
  });
}

/** @param day days since the epoch; the end of a day is the beginning of the next */
function placeOf(day: number, stretches: readonly PlacedStretch[]): number {
  const stretch = stretches.find(({ last }) => day <= last + 1) ?? stretches.at(-1)!;
  const { first, last, from, to } = stretch;
  return Math.min(1, from + ((day - first) / (last - first + 1)) * (to - from));
}

/**
 * Where years begin in a stretch, or months, or days, whichever suits its length: as many as have room. Short stretches come first,
 * since a long one has labels to spare.
 */
function ticksOf(stretches: readonly PlacedStretch[]): Tick[] {
  const ticks: (Tick & { readonly from: number; readonly to: number })[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.to - a.from - (b.to - b.from))) {
    const length = labelLengthOf(stretch);
    const width = LABEL_WIDTH[length]!;
    const begins = boundariesOf(stretch, length);
    for (const day of thinned(begins.length === 0 ? [stretch.first] : begins, stretch, width)) {
      const at = placeOf(day, stretches);
      const isBefore = at + width > 1;
      const [from, to] = isBefore ? [at - width, at] : [at, at + width];
      if (from < 0 || ticks.some((other) => from < other.to && other.from < to)) continue;
      ticks.push({ at, label: isoOf(day).slice(0, length), isBefore, from, to });
    }
  }
  return ticks.sort((a, b) => a.at - b.at).map(({ at, label, isBefore }) => ({ at, label, isBefore }));
}

/** Of years, months or days. */
function labelLengthOf({ first, last }: Stretch): number {
  if (last - first > 3 * 365) return 4;
  return last - first > 92 ? 7 : 10;
}

/** Days of a stretch on which a year, month or day begins. */
function boundariesOf({ first, last }: Stretch, length: number): number[] {
  if (length === 10) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const begins: number[] = [];
  const monthsAStep = length === 4 ? 12 : 1;
  const at = new Date(isoOf(first));
  at.setUTCDate(1);
  if (length === 4) at.setUTCMonth(0);
  for (let day = daysOf(at); day <= last; day = daysOf(at)) {
    if (day >= first) begins.push(day);
    at.setUTCMonth(at.getUTCMonth() + monthsAStep);
  }
  return begins;
}

/** Every n-th, so that labels have room: n is the same all along a stretch, so that steps are even. */
function thinned(days: readonly number[], { from, to }: PlacedStretch, labelWidth: number): number[] {
  const room = Math.max(1, Math.floor((to - from) / labelWidth));
  const step = Math.ceil(days.length / room);
  return days.filter((_, i) => i % step === 0);
}

function isoOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function daysOf(at: Date): number {
  return Math.round(at.getTime() / 86_400_000);
}
