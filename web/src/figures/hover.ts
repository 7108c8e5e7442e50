// What a figure over time says on a day: of each series the row that stands there.
import { type Reading, type Series, isDay, period } from './reading';
import { hasBars, place } from './time';

export interface Hover {
  day: number;
  items: { series: Series; reading: Reading }[];
}

const dayMs = 86400000;

/// Every day on which a series has a row, in order.
export function stops(series: Series[]): number[] {
  const middle = hasBars(series);
  const out = new Set<number>();
  for (const s of series)
    for (const r of s.readings) {
      const x = place(r, middle);
      if (x !== undefined) out.add(x);
    }
  return [...out].sort((a, b) => a - b);
}

/// The row of a series that stands on a day: of periods the one that holds the day, of days the last up to it; of what
/// was observed only what is near.
function rowOn(series: Series, day: number): Reading | undefined {
  let best: Reading | undefined;
  if (series.mark === 'points') {
    let near = 20 * dayMs;
    for (const r of series.readings) {
      const p = period(r.along);
      if (p && Math.abs(p.from - day) < near) {
        near = Math.abs(p.from - day);
        best = r;
      }
    }
    return best;
  }
  for (const r of series.readings) {
    const p = period(r.along);
    if (!p || p.from > day) continue;
    if (isDay(r.along) || day <= p.to + dayMs) best = r;
  }
  return best;
}

export function hoverAt(series: Series[], day: number): Hover {
  const items = series.flatMap((s) => {
    const reading = rowOn(s, day);
    return reading && reading.value !== null ? [{ series: s, reading }] : [];
  });
  return { day, items };
}
