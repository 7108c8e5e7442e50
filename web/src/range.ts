// The one range of days that all figures over time share. It stands in the address; without one, figures show all that
// the answer reaches.
import { type Answer } from './answer';
import { figuresOf } from './figures/derived';
import { dayText, period, reach } from './figures/reading';
import { change, type ViewState } from './state';

export type Range = [from: number, to: number];
const dayMs = 86400000;
const least = 14 * dayMs;

const known = new WeakMap<Answer, Range | null>();

/// From the first to the last day of any figure over time; undefined where there is none.
export function fullRange(answer: Answer): Range | undefined {
  const kept = known.get(answer);
  if (kept !== undefined) return kept ?? undefined;
  let out: Range | undefined;
  for (const [of, path] of [
    [answer, ''],
    [answer.against, 'against'],
  ] as const) {
    if (!of) continue;
    for (const figure of figuresOf(of)) {
      if (figure.plot !== 'time' && figure.plot !== 'schedule') continue;
      const s = reach(of, figure, path);
      if (s) out = out ? [Math.min(out[0], s[0]), Math.max(out[1], s[1])] : s;
    }
  }
  if (out && out[1] - out[0] < dayMs) out = [out[0], out[0] + dayMs];
  known.set(answer, out ?? null);
  return out;
}

/// The range that the view asks for, within what there is.
export function shownRange(view: ViewState, full: Range): Range {
  const from = period(view.from)?.from ?? full[0],
    to = period(view.to)?.to ?? full[1];
  return clamp([from, to], full);
}

export function clamp([from, to]: Range, full: Range): Range {
  const all = full[1] - full[0];
  const width = Math.min(all, Math.max(least, to - from));
  const start = Math.min(Math.max(full[0], from), full[1] - width);
  return [start, start + width];
}

export function setRange(range: Range, full: Range): void {
  const [from, to] = clamp(range, full);
  change({
    from: from <= full[0] ? undefined : dayText(from),
    to: to >= full[1] ? undefined : dayText(to),
  });
}

export const resetRange = (): void => change({ from: undefined, to: undefined });

/// `factor` below 1 looks closer, about a day that keeps its place.
export function zoom([from, to]: Range, full: Range, factor: number, about = (from + to) / 2): void {
  setRange([about - (about - from) * factor, about + (to - about) * factor], full);
}

/// By a share of the range, later when positive.
export function move([from, to]: Range, full: Range, share: number): void {
  const by = (to - from) * share;
  setRange([from + by, to + by], full);
}
