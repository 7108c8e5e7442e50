// Axes: which days are marked and how they are called, as close as there is room; round numbers.
import { plain } from '../format';

const dayMs = 86400000;
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Tick {
  at: number;
  label: string;
  /// A year begins.
  year: boolean;
}

/// Marks of a range of days on so many pixels: years, quarters, months or days.
export function ticks([from, to]: [number, number], pixels: number): Tick[] {
  const perMonth = pixels / ((to - from) / (30.44 * dayMs));
  const step = [1, 3, 6, 12, 24, 60].find((n) => n * perMonth >= 52) ?? 120;
  const first = new Date(from);
  const out: Tick[] = [];
  if (perMonth > 260) {
    const every = [1, 2, 7, 14].find((n) => (n * perMonth) / 30.44 >= 64) ?? 14;
    for (let at = Math.ceil(from / dayMs) * dayMs; at <= to; at += every * dayMs) {
      const d = new Date(at);
      out.push({ at, label: `${d.getUTCDate()} ${months[d.getUTCMonth()]}`, year: false });
    }
    return out;
  }
  const base = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let m = Math.ceil(base / step) * step; ; m += step) {
    const at = Date.UTC(Math.floor(m / 12), m % 12, 1);
    if (at > to) return out;
    if (at < from) continue;
    const year = m % 12 === 0;
    out.push({ at, label: year ? String(m / 12) : months[m % 12]!, year });
  }
}

/// A number along a course with its unit.
export function courseText(value: number, unit: string | undefined): string {
  if (value === 0) return '0';
  const text = plain(value, unit);
  return !unit || /[a-z$%]/i.test(text) ? text : `${text} ${unit}`;
}

/// The same of a course: days or months of a typical year, or numbers of a unit.
export function courseTicks(range: [number, number], pixels: number, axis: string | undefined): Tick[] {
  if (axis === undefined || axis === 'h of a year')
    return ticks(range, pixels).map((t) => ({ ...t, label: t.year ? months[0]! : t.label, year: false }));
  const { interval } = numberAxis(range[0], range[1], Math.max(2, Math.floor(pixels / 90)), false);
  const out: Tick[] = [];
  for (let n = Math.ceil(range[0] / interval - 1e-9); n * interval <= range[1] + 1e-9 * interval; ++n)
    out.push({ at: n * interval, label: courseText(Number((n * interval).toPrecision(12)), axis), year: false });
  return out;
}

export interface NumberAxis {
  min: number;
  max: number;
  interval: number;
}

/// An axis that holds numbers from low to high, about so many even, round marks on it. What is nought but for rounding
/// is nought; one number for all days stands amid marks around it.
export function numberAxis(low: number, high: number, marks: number, withZero: boolean): NumberAxis {
  if (!(low <= high)) return { min: 0, max: 1, interval: 0.5 };
  const most = Math.max(Math.abs(low), Math.abs(high));
  const settled = (x: number): number => (Math.abs(x) < 1e-6 * most ? 0 : x);
  let [from, to] = [settled(low), settled(high)];
  if (withZero) [from, to] = [Math.min(0, from), Math.max(0, to)];
  if (to - from <= 1e-6 * most) [from, to] = [from - 0.1 * most, to + 0.1 * most];
  if (from === to) return { min: 0, max: 1, interval: 0.5 };
  const raw = (to - from) / marks;
  const power = 10 ** Math.floor(Math.log10(raw) + 1e-9);
  const interval = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw * (1 - 1e-9))!;
  // Written out, 3 * 0.1 is not 0.30000000000000004.
  const round = (x: number): number => Number(x.toPrecision(12));
  return {
    min: round(Math.floor(from / interval + 1e-9) * interval),
    max: round(Math.ceil(to / interval - 1e-9) * interval),
    interval: round(interval),
  };
}
