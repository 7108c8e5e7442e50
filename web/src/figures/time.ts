// Values over time: a fan of P10 to P90, lines and steps, stacks, bars of periods, observed points, and a strip of
// words below. Lines are solid until the day up to which things are known, dashed after it. The other answer of a
// comparison is grey and dotted.
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { isSpread, middleOf, numberOf } from '../answer';
import { amount, grouped, money, plain, significant } from '../format';
import { type Theme, limitColour, palettes, seriesColour } from '../palette';
import { ticks } from './axis';
import { type Reading, type Series, isDay, period } from './reading';

export type TimeOption = ComposeOption<
  CustomSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption
>;

export interface TimeFigure {
  series: Series[];
  unit?: string;
  knownUntil?: string;
}

export interface Drawing {
  option: TimeOption;
  /// Pixels left and right of the plot, and its height without the strips.
  left: number;
  right: number;
  top: number;
  bottom: number;
  points: number;
}

const dayMs = 86400000;
/// Pixels of the days below the plot.
export const axisHeight = 26;
/// Pixels of a strip with its gap; many strips are thin.
export const stripHeight = (strips: number): number => (strips > 10 ? 14 : 22);

/// The colour of every series of a figure: of what limits its own, of the first fan the accent, of the first line
/// beside a fan or on stacks that of the text, of others one after the other.
export function coloursOf(series: Series[], theme: Theme): Map<Series, string> {
  const p = palettes[theme];
  const out = new Map<Series, string>();
  let next = 0,
    accentGiven = false,
    inkGiven = false;
  const byName = new Map<string, string>();
  const main = series.some((s) => s.mark === 'band' && !s.against),
    stacked = series.some((s) => s.mark === 'stack');
  for (const s of series) {
    if (s.against) out.set(s, p.other);
    else if (s.mark === 'points') out.set(s, p.ink);
    else if (s.mark === 'band' && !accentGiven) {
      // On stacks, which have colours of their own, the fan has that of the text.
      out.set(s, stacked ? p.ink : p.accent);
      inkGiven ||= stacked;
      accentGiven = true;
    } else if (s.mark !== 'stack' && !inkGiven && !limitColour(s.name, theme) && (main || stacked)) {
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

/// Where a reading stands: a day on its day; a month, quarter or year at its end, or where bars show periods, in its
/// middle.
export function place(reading: Reading, middle: boolean): number | undefined {
  const p = period(reading.along);
  if (!p) return undefined;
  return middle ? (p.from + p.to + dayMs) / 2 : p.to;
}

export const hasBars = (series: Series[]): boolean =>
  series.some((s) => (s.mark === 'bar' || s.mark === 'stack') && s.readings.some((r) => !isDay(r.along)));

type Pair = [number, number | null];

function pairs(series: Series, middle: boolean): Pair[] {
  const out: Pair[] = [];
  for (const r of series.readings) {
    const x = place(r, middle);
    if (x !== undefined) out.push([x, middleOf(r.value)]);
  }
  return out;
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
function cut(points: Pair[], at: number | undefined, step: boolean): [Pair[], Pair[]] {
  if (at === undefined) return [points, []];
  const i = points.findIndex(([x]) => x > at);
  if (i < 0) return [points, []];
  if (i === 0) return [[], points];
  const [x0, y0] = points[i - 1]!,
    [x1, y1] = points[i]!;
  const y = y0 === null || y1 === null ? y0 : step ? y0 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
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
    const x = place(r, false);
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

interface Custom {
  coord: (at: [number, number]) => [number, number];
}

const custom = (
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
  // The data span what is drawn, so that the axis holds it; the first draws all.
  data: y.map((v) => [x, v]),
  renderItem: ((params: { dataIndex: number }, api: Custom) =>
    params.dataIndex === 0 ? { type: 'group', children: draw(api) } : undefined) as never,
});

function band(
  series: Series,
  colour: string,
  middle: boolean,
  range: [number, number],
  above: boolean,
): CustomSeriesOption | undefined {
  const points: [number, number | null, number | null][] = [];
  for (const r of series.readings) {
    const x = place(r, middle);
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

/// Bars of periods or, of days, areas that hold from a row to the next; each on those before it.
function stack(
  series: Series[],
  colours: Map<Series, string>,
  range: [number, number],
  end: number,
): CustomSeriesOption[] {
  const xs = new Map<number, number>();
  for (const s of series)
    for (const r of s.readings) {
      const p = period(r.along);
      if (p) xs.set(p.from, isDay(r.along) ? -1 : p.to + dayMs);
    }
  const starts = [...xs.keys()].sort((a, b) => a - b);
  const above = new Array<number>(starts.length).fill(0),
    below = new Array<number>(starts.length).fill(0);
  const index = new Map(starts.map((x, i) => [x, i]));
  return series.map((s) => {
    const held: (number | null)[] = new Array<number | null>(starts.length).fill(null);
    for (const r of s.readings) {
      const p = period(r.along);
      if (p) held[index.get(p.from)!] = middleOf(r.value);
    }
    const boxes: [number, number, number, number][] = [];
    let value: number | null = null;
    starts.forEach((from, i) => {
      const own = held[i] ?? null;
      const days = xs.get(from) === -1;
      value = own !== null ? own : days ? value : null;
      if (!value) return;
      const to = days ? (starts[i + 1] ?? end) : xs.get(from)!;
      const base = value > 0 ? above : below;
      const low = base[i]!;
      base[i] = low + value;
      if (to > range[0] && from < range[1]) boxes.push([from, to, low, low + value]);
    });
    const colour = colours.get(s)!;
    return custom(
      s.name,
      (api) =>
        boxes.map(([from, to, low, high]) => {
          const [x0, y0] = api.coord([from, low]),
            [x1, y1] = api.coord([to, high]);
          const gap = xs.get(from) !== -1 && x1 - x0 > 4 ? 1 : 0;
          return {
            type: 'rect',
            shape: {
              x: x0 + gap / 2,
              y: Math.min(y0, y1),
              width: Math.max(0.5, x1 - x0 - gap),
              height: Math.abs(y1 - y0),
            },
            style: s.against
              ? { fill: 'none', stroke: colour, lineWidth: 1.5, lineDash: [2, 2] }
              : { fill: colour, opacity: 0.9 },
          };
        }),
      boxes.flatMap(([, , low, high]) => [low, high]),
      boxes[0]?.[0] ?? range[0],
      s.against ? 4 : 2,
    );
  });
}

function line(
  series: Series,
  colour: string,
  middle: boolean,
  range: [number, number],
  known: number | undefined,
): LineSeriesOption[] {
  const step = series.mark === 'step';
  const main = series.mark === 'band';
  const [solid, dashed] = cut(pairs(series, middle), known, step);
  const make = (data: Pair[], type: 'solid' | number[]): LineSeriesOption => ({
    type: 'line',
    name: series.name,
    data: within(data, range),
    showSymbol: data.filter(([, y]) => y !== null).length === 1,
    symbolSize: 5,
    step: step ? 'end' : false,
    silent: true,
    lineStyle: { color: colour, width: series.against ? 1.5 : main ? 2.5 : 1.75, type },
    itemStyle: { color: colour },
    z: series.against ? 3 : main ? 6 : 5,
    sampling: data.length > 5000 ? 'lttb' : undefined,
  });
  if (series.against) return [make(pairs(series, middle), [2, 3])];
  return [make(solid, 'solid'), make(dashed, [6, 4])].filter((s) => (s.data as Pair[]).length > 0);
}

/// The smallest and the largest number that is drawn.
function extent(series: Series[]): [number, number] {
  let low = Infinity,
    high = -Infinity;
  for (const s of series)
    if (s.mark !== 'strip')
      for (const { value } of s.readings)
        for (const v of isSpread(value) ? [value.p10, value.p90] : [value]) {
          if (typeof v !== 'number') continue;
          low = Math.min(low, v);
          high = Math.max(high, v);
        }
  return [low, high];
}

/// The whole figure for a range of days.
export function drawTime(figure: TimeFigure, range: [number, number], theme: Theme, width: number): Drawing {
  const p = palettes[theme];
  const narrow = width < 520;
  const { series } = figure;
  const colours = coloursOf(series, theme);
  const middle = hasBars(series);
  const known = figure.knownUntil ? period(figure.knownUntil)?.to : undefined;
  const strips = series.filter((s) => s.mark === 'strip' && !s.against);
  const left = narrow ? 60 : 72,
    right = narrow ? 10 : 18,
    top = 12;
  const stripSpace = strips.length ? 6 + strips.length * stripHeight(strips.length) : 0;
  const bottom = axisHeight + stripSpace;
  const drawn: (LineSeriesOption | CustomSeriesOption | ScatterSeriesOption)[] = [];
  let points = 0;
  for (const against of [true, false]) {
    const part = series.filter((s) => s.against === against);
    const stacked = part.filter((s) => s.mark === 'stack' || s.mark === 'bar');
    drawn.push(...stack(stacked, colours, range, range[1]));
    for (const s of part) {
      points += s.readings.length;
      const colour = colours.get(s)!;
      if (s.mark === 'band') {
        const fan = band(s, colour, middle, range, stacked.length > 0);
        if (fan) drawn.push(fan);
      }
      if (s.mark === 'band' || s.mark === 'line' || s.mark === 'step')
        drawn.push(...line(s, colour, middle, range, known));
      if (s.mark === 'points')
        drawn.push({
          type: 'scatter',
          name: s.name,
          data: pairs(s, middle).filter(([x]) => x >= range[0] && x <= range[1]),
          symbol: 'diamond',
          symbolSize: 11,
          silent: true,
          itemStyle: { color: against ? p.other : p.surface, borderColor: colour, borderWidth: 2 },
          z: 8,
        });
    }
  }
  const [low, high] = extent(series);
  const most = Math.max(Math.abs(low), Math.abs(high));
  // One number for all days would have no axis.
  const one = high - low <= 1e-6 * Math.abs(high) && low !== 0;
  const ends = [0.9, 1.1].map((share) => Number((share * low).toPrecision(2)));
  const flat = one ? { min: Math.min(...ends), max: Math.max(...ends) } : {};
  const marks = ticks(range, width - left - right);
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
        ...(figure.unit ? {} : flat),
        scale: figure.unit === '' || figure.unit === undefined,
        splitNumber: narrow ? 4 : 5,
        axisLabel: { ...axisLabel, formatter: (v: number) => axisText(v, series, figure.unit, most) },
        splitLine: { lineStyle: { color: p.rule } },
      },
    ],
    series: drawn as TimeOption['series'],
  };
  return { option, left, right, top, bottom, points };
}
