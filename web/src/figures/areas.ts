// What stands on the zero line of a figure over time: stacks and bars. Both fill a month, quarter or year. Stacks of
// days are areas whose edges run straight from row to row, as their numbers do; bars of several series stand side by
// side.
import type { CustomSeriesOption } from 'echarts/charts';
import { isSpread, middleOf, numberOf } from '../answer';
import { type Reading, type Series, isDay, period, stretches } from './reading';

export interface Custom {
  coord: (at: [number, number]) => [number, number];
}

/// A series that draws itself: `y` are numbers that the axis must hold.
export const custom = (
  name: string,
  draw: (api: Custom) => object[],
  y: number[],
  x: number,
  z: number,
): CustomSeriesOption => ({
  type: 'custom',
  name,
  clip: true,
  silent: true,
  z,
  // The first draws all.
  data: y.map((v) => [x, v]),
  renderItem: ((params: { dataIndex: number }, api: Custom) =>
    params.dataIndex === 0 ? { type: 'group', children: draw(api) } : undefined) as never,
});

type Range = [number, number];

const outline = (colour: string): object => ({ fill: 'none', stroke: colour, lineWidth: 1.5, lineDash: [2, 2] });

function rect(api: Custom, [from, low]: [number, number], [to, high]: [number, number], style: object): object {
  const [x0, y0] = api.coord([from, low]),
    [x1, y1] = api.coord([to, high]);
  const shape = { x: x0, y: Math.min(y0, y1), width: Math.max(0.5, x1 - x0), height: Math.abs(y1 - y0) };
  return { type: 'rect', shape, style };
}

/// Stacks of one answer, each on those before it.
export function stacks(
  series: Series[],
  colours: Map<Series, string>,
  range: Range,
  end: number,
): CustomSeriesOption[] {
  const ofDays = (s: Series): boolean => s.readings.every((r) => isDay(r.along));
  return [
    ...boxes(
      series.filter((s) => !ofDays(s)),
      colours,
      range,
    ),
    ...areas(series.filter(ofDays), colours, range, end),
  ];
}

function boxes(series: Series[], colours: Map<Series, string>, range: Range): CustomSeriesOption[] {
  const above = new Map<number, number>(),
    below = new Map<number, number>();
  return series.map((s) => {
    const all: [from: number, to: number, low: number, high: number][] = [];
    for (const { reading, from, to } of stretches(s.readings, range[1])) {
      const value = (s.layer.below ? -1 : 1) * (middleOf(reading.value) ?? 0);
      if (!value) continue;
      const base = value > 0 ? above : below;
      const low = base.get(from) ?? 0;
      base.set(from, low + value);
      if (to > range[0] && from < range[1]) all.push([from, to, low, low + value]);
    }
    const colour = colours.get(s)!;
    return custom(
      s.name,
      (api) =>
        all.map(([from, to, low, high]) => {
          const gap = 0.02 * (to - from);
          const style = s.against ? outline(colour) : { fill: colour, opacity: 0.9 };
          return rect(api, [from + gap, low], [to - gap, high], style);
        }),
      all.flatMap(([, , low, high]) => [low, high]),
      all[0]?.[0] ?? range[0],
      s.against ? 4 : 2,
    );
  });
}

/// The number of a series just before and just after each day: straight from row to row, nothing before the first row,
/// as the last row says after it.
export function courseOf(readings: Reading[], days: number[]): [before: number, after: number][] {
  const rows: [number, number][] = [];
  for (const r of readings) {
    const at = period(r.along)?.from,
      value = middleOf(r.value);
    if (at !== undefined && value !== null) rows.push([at, value]);
  }
  let next = 0;
  return days.map((day) => {
    while (next < rows.length && rows[next]![0] < day) ++next;
    let after = next;
    while (after < rows.length && rows[after]![0] === day) ++after;
    const here = after > next;
    const last = rows[next - 1];
    if (here) return [last ? rows[next]![1] : 0, rows[after - 1]![1]];
    const coming = rows[next];
    if (!last) return [0, 0];
    const value = coming ? last[1] + ((coming[1] - last[1]) * (day - last[0])) / (coming[0] - last[0]) : last[1];
    return [value, value];
  });
}

function areas(series: Series[], colours: Map<Series, string>, range: Range, end: number): CustomSeriesOption[] {
  const named = new Set([end]);
  for (const s of series) for (const r of s.readings) named.add(period(r.along)?.from ?? end);
  const sorted = [...named].sort((a, b) => a - b);
  const days = sorted.filter((_, i) => (sorted[i + 1] ?? end) >= range[0] && (sorted[i - 1] ?? range[0]) <= range[1]);
  // Before and after each day.
  const above = days.map(() => [0, 0]),
    below = days.map(() => [0, 0]);
  return series.flatMap((s) => {
    const course = courseOf(s.readings, days);
    if (course.every(([a, b]) => a === 0 && b === 0)) return [];
    const low: [number, number][] = [],
      high: [number, number][] = [];
    course.forEach((values, i) =>
      values.forEach((size, side) => {
        const value = s.layer.below ? -size : size;
        const base = (value < 0 ? below : above)[i]!;
        low.push([days[i]!, base[side]!]);
        high.push([days[i]!, (base[side]! += value)]);
      }),
    );
    const colour = colours.get(s)!;
    return custom(
      s.name,
      (api) => [
        {
          type: 'polygon',
          shape: { points: [...high, ...[...low].reverse()].map((p) => api.coord(p)) },
          style: s.against ? outline(colour) : { fill: colour, opacity: 0.9 },
        },
      ],
      [...low, ...high].map(([, y]) => y),
      days[0] ?? range[0],
      s.against ? 4 : 2,
    );
  });
}

/// Bars beside each other: of a row its share of the period, with P10 to P90 where there is one. The other answer's
/// stand as outlines where this answer's of the same name do.
export function bars(series: Series[], colours: Map<Series, string>, range: Range, end: number): CustomSeriesOption[] {
  const slots = [...new Set(series.map((s) => s.name))];
  return series.map((s) => {
    const slot = slots.indexOf(s.name);
    const all: { from: number; to: number; value: number; between?: [number, number] }[] = [];
    for (const { reading, from, to } of stretches(s.readings, end)) {
      const value = middleOf(reading.value);
      if (value === null || to <= range[0] || from >= range[1]) continue;
      const width = (0.84 * (to - from)) / slots.length;
      const left = from + 0.08 * (to - from) + slot * width;
      const low = isSpread(reading.value) ? numberOf(reading.value.p10) : null,
        high = isSpread(reading.value) ? numberOf(reading.value.p90) : null;
      const between: [number, number] | undefined =
        low !== null && high !== null && low < high ? [low, high] : undefined;
      all.push({ from: left, to: left + width, value, between });
    }
    const colour = colours.get(s)!;
    return custom(
      s.name,
      (api) =>
        all.flatMap(({ from, to, value, between }) => {
          const style = s.against ? outline(colour) : { fill: colour, opacity: 0.9 };
          const bar = rect(api, [from, 0], [to, value], style);
          if (!between) return [bar];
          const x = (from + to) / 2;
          const [x1, y1] = api.coord([x, between[0]]),
            [, y2] = api.coord([x, between[1]]);
          return [bar, { type: 'line', shape: { x1, y1, x2: x1, y2 }, style: { stroke: colour, lineWidth: 1.5 } }];
        }),
      [0, ...all.flatMap(({ value, between }) => [value, ...(between ?? [])])],
      range[0],
      s.against ? 4 : 2,
    );
  });
}
