// What a figure over time says at a row: the pointer goes to the nearest day on which a row stands, and of each series
// the row is told that holds there, or the nearest with its own day. Between rows nothing is told.
import { type Reading, type Series, alongText, dayText, endOfLast, isDay, period } from './reading';
import { place } from './time';

export interface Item {
  series: Series;
  reading: Reading;
  /// Where its row stands, in milliseconds.
  at: number;
}

export interface Hover {
  /// Where the row stands that the pointer is nearest to.
  day: number;
  /// That day, month, quarter or year as the row says it.
  label: string;
  items: Item[];
}

const dayMs = 86400000;

/// Every day on which a series has a row, in order.
export function stops(series: Series[]): number[] {
  const out = new Set<number>();
  for (const s of series)
    for (const r of s.readings) {
      const x = place(s, r);
      if (x !== undefined) out.add(x);
    }
  return [...out].sort((a, b) => a - b);
}

/// What holds from a row to the next, or throughout a period.
const holds = (s: Series): boolean => s.mark === 'step' || s.mark === 'strip' || s.mark === 'bar';

/// Of what was observed only what is near is told.
const near = 20 * dayMs;

function nearest(series: Series, day: number): Reading | undefined {
  let best: Reading | undefined,
    least = Infinity;
  for (const r of series.readings) {
    const x = place(series, r);
    if (x === undefined || Math.abs(x - day) >= least) continue;
    least = Math.abs(x - day);
    best = r;
  }
  return series.mark === 'points' && least > near ? undefined : best;
}

/// The row of a series for a day: of periods the one that holds it; where numbers hold from row to row the last up to
/// it, where they run straight the nearest, from the first row to the last.
function rowOn(series: Series, day: number): Reading | undefined {
  const { readings, mark } = series;
  if (mark === 'points') return nearest(series, day);
  let held: Reading | undefined;
  for (const r of readings) {
    const p = period(r.along);
    if (!p) continue;
    if (!isDay(r.along) && p.from <= day && day < p.to + dayMs) return r;
    if (isDay(r.along) && p.from <= day) held = r;
  }
  const last = readings[readings.length - 1];
  if (holds(series)) {
    const end =
      mark === 'bar' && held === last ? endOfLast(readings.map((r) => period(r.along)?.from ?? 0)) : undefined;
    return end !== undefined && day >= end ? undefined : held;
  }
  const from = readings[0] && place(series, readings[0]),
    to = last && place(series, last);
  return from !== undefined && to !== undefined && day >= from && day <= to ? nearest(series, day) : undefined;
}

/// What is told where the pointer stands at a day.
export function hoverAt(series: Series[], pointed: number): Hover | undefined {
  let day: number | undefined, label: string | undefined;
  for (const s of series) {
    const row = nearest(s, pointed);
    const x = row && place(s, row);
    if (x === undefined || (day !== undefined && Math.abs(x - pointed) >= Math.abs(day - pointed))) continue;
    day = x;
    label = alongText(row!.along);
  }
  if (day === undefined) return undefined;
  const items = series.flatMap((s): Item[] => {
    const reading = rowOn(s, day);
    return reading && reading.value !== null ? [{ series: s, reading, at: place(s, reading)! }] : [];
  });
  return { day, label: label ?? dayText(day), items };
}

/// Whether a row's number stands at a day of its own, elsewhere than where the pointer has come to.
export function isElsewhere({ series, reading, at }: Item, day: number): boolean {
  const p = isDay(reading.along) ? undefined : period(reading.along);
  if (p && p.from <= day && day < p.to + dayMs) return false;
  return !holds(series) && Math.abs(at - day) >= dayMs;
}
