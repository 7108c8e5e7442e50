// Values over time: a fan of P10 to P90, lines and steps, stacks and bars (areas.ts), points, and a strip of words
// below. Lines are solid until the day up to which things are known, dashed after it. The other answer of a comparison
// is grey and dotted.
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { type Mark, isSpread, middleOf, numberOf } from '../answer';
import { amount, grouped, money, plain, significant } from '../format';
import { type Theme, limitColour, palettes, seriesColour } from '../palette';
import { bars, custom, stacks } from './areas';
import { courseTicks, numberAxis, ticks } from './axis';
import { type Reading, type Series, daysBetween, isDay, period, stretches } from './reading';

export type TimeOption = ComposeOption<
  CustomSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption
>;

export interface TimeFigure {
  series: Series[];
  unit?: string;
  knownUntil?: string;
  /// Of a course: the unit along. It has a range of its own.
  course?: { axis?: string };
}

export interface Drawing {
  option: TimeOption;
  /// Pixels left and right of the plot, and its height without the strips.
  left: number;
  right: number;
  top: number;
  bottom: number;
  /// Rows of all series.
  readings: number;
}

const dayMs = 86400000;
/// Pixels of the days below the plot.
export const axisHeight = 26;
/// Pixels of a strip with its gap; many strips are thin.
export const stripHeight = (strips: number): number => (strips > 10 ? 14 : 22);

/// The colour of every series of a figure: of what limits its own, of the first fan the accent, of the first line
/// beside a fan or limits or on stacks that of the text, of others one after the other.
export function coloursOf(series: Series[], theme: Theme): Map<Series, string> {
  const p = palettes[theme];
  const out = new Map<Series, string>();
  let next = 0,
    accentGiven = false,
    inkGiven = false;
  const byName = new Map<string, string>();
  const main = series.some((s) => s.mark === 'band' && !s.against),
    stacked = series.some((s) => s.mark === 'stack'),
    limited = series.some((s) => s.mark === 'line' && limitColour(s.name, theme));
  for (const s of series) {
    if (s.against) out.set(s, p.other);
    else if (s.mark === 'points') out.set(s, p.ink);
    else if (s.mark === 'band' && !accentGiven) {
      // On stacks, which have colours of their own, the fan has that of the text.
      out.set(s, stacked ? p.ink : p.accent);
      inkGiven ||= stacked;
      accentGiven = true;
      // The first colour of series is as blue as the accent.
      if (!stacked) next = Math.max(next, 1);
    } else if (s.mark !== 'stack' && !inkGiven && !limitColour(s.name, theme) && (main || stacked || limited)) {
      out.set(s, p.ink);
      inkGiven = true;
    } else {
      let colour = byName.get(s.name);
      if (!colour) byName.set(s.name, (colour = seriesColour(s.name, next++, theme)));
      out.set(s, colour);
    }
  }
  return out;
}

/// Where a row's number stands: bars, stacks and steps fill a month, quarter or year and are pointed at in its middle;
/// all else stands at its end, a day on its day.
export function place({ mark }: Series, reading: Reading): number | undefined {
  const p = period(reading.along);
  if (!p) return undefined;
  const fills = mark === 'bar' || mark === 'stack' || mark === 'step';
  return fills && !isDay(reading.along) ? (p.from + p.to + dayMs) / 2 : p.to;
}

type Pair = [number, number | null];

/// The corners of a line: of a step those of each stretch.
function pairs(series: Series, end: number): Pair[] {
  if (series.mark !== 'step')
    return series.readings.flatMap((r): Pair[] => {
      const x = place(series, r);
      return x === undefined ? [] : [[x, middleOf(r.value)]];
    });
  return stretches(series.readings, end).flatMap(({ from, to, reading }): Pair[] => {
    const y = middleOf(reading.value);
    return [
      [from, y],
      [to, y],
    ];
  });
}

/// Only what stands in the range, with a neighbour on each side.
function within<T extends [number, ...unknown[]]>(points: T[], [from, to]: [number, number]): T[] {
  let a = 0,
    b = points.length;
  while (a + 1 < points.length && points[a + 1]![0] < from) ++a;
  while (b - 2 >= 0 && points[b - 2]![0] > to) --b;
  return a < b ? points.slice(a, b) : [];
}

/// A line in two: up to the day, and from it on. Between two points the cut lies on the line that joins them.
function cut(points: Pair[], at: number | undefined): [Pair[], Pair[]] {
  if (at === undefined) return [points, []];
  const i = points.findIndex(([x]) => x > at);
  if (i < 0) return [points, []];
  if (i === 0) return [[], points];
  const [x0, y0] = points[i - 1]!,
    [x1, y1] = points[i]!;
  const y = y0 === null || y1 === null ? y0 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  return [
    [...points.slice(0, i), [at, y]],
    [[at, y], ...points.slice(i)],
  ];
}

export interface Segment {
  from: number;
  to: number;
  text: string;
  path: string;
}

/// What a strip says, from a row to the next that says something else.
export function segments(series: Series, end: number): Segment[] {
  const out: Segment[] = [];
  for (const r of series.readings) {
    const x = place(series, r);
    if (x === undefined) continue;
    const last = out[out.length - 1];
    const text = typeof r.value === 'string' ? r.value : '';
    if (last && last.text === text) continue;
    if (last) last.to = x;
    out.push({ from: x, to: end, text, path: r.path });
  }
  return out.filter((s) => s.text !== '' && s.to > s.from);
}

/// Numbers of the axis, short; `most` is the largest on it.
export function axisText(value: number, series: Series[], unit: string | undefined, most: number): string {
  const column = series.find((s) => s.mark !== 'strip' && s.mark !== 'points')?.column;
  if (column?.as === 'percent') return `${significant(100 * value, 4)} %`;
  if (column?.as === 'amount') return amount(value, column.dimension);
  if (/^(USD|\$)/.test(unit ?? column?.unit ?? '')) return money(value);
  if (/^(W|J|B|s|B\/s|FLOP|FLOP\/s|share)$/.test(unit ?? '')) return plain(value, unit);
  if (value !== 0 && most >= 1e9) return `${significant(value / 1e9, 4)} G`;
  if (value !== 0 && most >= 2e6) return `${significant(value / 1e6, 4)} M`;
  return grouped(significant(value, 6));
}

function band(series: Series, colour: string, range: [number, number], above: boolean): CustomSeriesOption | undefined {
  const points: [number, number | null, number | null][] = [];
  for (const r of series.readings) {
    const x = place(series, r);
    if (x !== undefined && isSpread(r.value)) points.push([x, numberOf(r.value.p10), numberOf(r.value.p90)]);
  }
  const shown = within(points, range);
  const parts: [number, number, number][][] = [];
  let part: [number, number, number][] = [];
  for (const [x, low, high] of shown) {
    if (low !== null && high !== null) part.push([x, low, high]);
    else if (part.length) (parts.push(part), (part = []));
  }
  if (part.length) parts.push(part);
  if (parts.length === 0) return undefined;
  const opacity = 0.2;
  return custom(
    series.name,
    (api) =>
      parts.map((p) => ({
        type: 'polygon',
        shape: {
          points: [
            ...p.map(([x, low]) => api.coord([x, low])),
            ...[...p].reverse().map(([x, , high]) => api.coord([x, high])),
          ],
        },
        style: { fill: colour, opacity },
      })),
    parts.flatMap((p) => p.flatMap(([, low, high]) => [low, high])),
    parts[0]![0]![0],
    above ? 3 : 1,
  );
}

function line(series: Series, colour: string, range: [number, number], known: number | undefined): LineSeriesOption[] {
  const main = series.mark === 'band';
  const all = pairs(series, range[1]);
  const [solid, dashed] = cut(all, known);
  const make = (data: Pair[], type: 'solid' | number[]): LineSeriesOption => ({
    type: 'line',
    name: series.name,
    data: within(data, range),
    showSymbol: data.filter(([, y]) => y !== null).length === 1,
    symbolSize: 5,
    silent: true,
    lineStyle: { color: colour, width: series.against ? 1.5 : main ? 2.5 : 1.75, type },
    itemStyle: { color: colour },
    z: series.against ? 3 : main ? 6 : 5,
    sampling: data.length > 5000 ? 'lttb' : undefined,
  });
  if (series.against) return [make(all, [2, 3])];
  return [make(solid, 'solid'), make(dashed, [6, 4])].filter((s) => (s.data as Pair[]).length > 0);
}

/// Points that were observed or reached, with P10 to P90 of their days across and of their numbers upright.
function points(series: Series, colour: string, fill: string, range: [number, number]): Drawn[] {
  const at: [number, number][] = [],
    whiskers: [from: [number, number], to: [number, number]][] = [];
  for (const r of series.readings) {
    const x = place(series, r),
      y = middleOf(r.value);
    if (x === undefined || y === null) continue;
    const [early, late] = daysBetween(series.layer, r.placed.row) ?? [x, x];
    if (late < range[0] || early > range[1]) continue;
    if (x >= range[0] && x <= range[1]) at.push([x, y]);
    const until = Math.min(late, range[1]);
    if (until > early)
      whiskers.push([
        [Math.max(early, range[0]), y],
        [until, y],
      ]);
    const [low, high] = isSpread(r.value) ? [numberOf(r.value.p10), numberOf(r.value.p90)] : [null, null];
    if (low !== null && high !== null && low < high)
      whiskers.push([
        [x, low],
        [x, high],
      ]);
  }
  const lines = custom(
    series.name,
    (api) =>
      whiskers.map(([from, to]) => {
        const [x1, y1] = api.coord(from),
          [x2, y2] = api.coord(to);
        return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: 2.5, opacity: 0.6 } };
      }),
    whiskers.flatMap(([from, to]) => [from[1], to[1]]),
    range[0],
    7,
  );
  const dots: ScatterSeriesOption = {
    type: 'scatter',
    name: series.name,
    data: at,
    symbol: 'diamond',
    symbolSize: 11,
    silent: true,
    itemStyle: { color: fill, borderColor: colour, borderWidth: 2 },
    z: 8,
  };
  return whiskers.length ? [lines, dots] : [dots];
}

type Drawn = LineSeriesOption | CustomSeriesOption | ScatterSeriesOption;

/// The smallest and the largest number that is drawn.
function extent(drawn: Drawn[]): [number, number] {
  let low = Infinity,
    high = -Infinity;
  for (const { data } of drawn)
    for (const [, y] of (data ?? []) as Pair[]) {
      if (y === null) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  return [low, high];
}

/// The whole figure for a range of days.
export function drawTime(figure: TimeFigure, range: [number, number], theme: Theme, width: number): Drawing {
  const p = palettes[theme];
  const narrow = width < 520;
  const { series } = figure;
  const colours = coloursOf(series, theme);
  const known = figure.knownUntil ? period(figure.knownUntil)?.to : undefined;
  const strips = series.filter((s) => s.mark === 'strip' && !s.against);
  const left = narrow ? 60 : 72,
    right = narrow ? 10 : 18,
    top = 12;
  const stripSpace = strips.length ? 6 + strips.length * stripHeight(strips.length) : 0;
  const bottom = axisHeight + stripSpace;
  const drawn: Drawn[] = [];
  let readings = 0;
  const ofMark = (mark: Mark): Series[] => series.filter((s) => s.mark === mark);
  drawn.push(...bars(ofMark('bar'), colours, range, range[1]));
  for (const against of [true, false]) {
    const part = series.filter((s) => s.against === against);
    const stacked = part.filter((s) => s.mark === 'stack');
    drawn.push(...stacks(stacked, colours, range, range[1]));
    for (const s of part) {
      readings += s.readings.length;
      const colour = colours.get(s)!;
      if (s.mark === 'band') {
        const fan = band(s, colour, range, stacked.length > 0);
        if (fan) drawn.push(fan);
      }
      if (s.mark === 'band' || s.mark === 'line' || s.mark === 'step') drawn.push(...line(s, colour, range, known));
      if (s.mark === 'points') drawn.push(...points(s, colour, against ? p.other : p.surface, range));
    }
  }
  const [low, high] = extent(drawn);
  const upright = numberAxis(
    low,
    high,
    narrow ? 4 : 5,
    !!figure.unit || ofMark('bar').length + ofMark('stack').length > 0,
  );
  const most = Math.max(Math.abs(upright.min), Math.abs(upright.max));
  const pixels = width - left - right;
  const marks = figure.course ? courseTicks(range, pixels, figure.course.axis) : ticks(range, pixels);
  const axisLabel = { color: p.quiet, fontSize: narrow ? 11 : 12 };
  const option: TimeOption = {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    grid: [{ left, right, top, bottom }],
    xAxis: [
      {
        type: 'value',
        min: range[0],
        max: range[1],
        axisLine: { lineStyle: { color: p.quiet }, onZero: false },
        axisTick: { lineStyle: { color: p.quiet }, customValues: marks.map((m) => m.at) } as object,
        axisLabel: {
          ...axisLabel,
          hideOverlap: true,
          margin: 8 + stripSpace,
          customValues: marks.map((m) => m.at),
          formatter: (at: number) => {
            const mark = marks.find((m) => m.at === at);
            return mark?.year ? `{year|${mark.label}}` : (mark?.label ?? '');
          },
          rich: { year: { fontWeight: 'bold', color: p.ink, fontSize: 12 } },
        } as object,
        splitLine: { show: false },
      },
    ],
    yAxis: [
      {
        type: 'value',
        ...upright,
        axisLabel: { ...axisLabel, formatter: (v: number) => axisText(v, series, figure.unit, most) },
        splitLine: { lineStyle: { color: p.rule } },
      },
    ],
    series: drawn as TimeOption['series'],
  };
  return { option, left, right, top, bottom, readings };
}
