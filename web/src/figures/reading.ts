// From the layers of a figure to what is drawn: which rows of which table are one series, with the place of every value
// in the JSON. Nothing is computed: a value is drawn as it stands.
import {
  type Answer,
  type Column,
  type Figure,
  type Json,
  type Layer,
  type Mark,
  type PlacedRow,
  at,
  cellPaths,
  columnOf,
  isRow,
  isSpread,
  tableOf,
  under,
} from '../answer';
import { courseText, months } from './axis';

export interface Reading {
  /// Of the value in the JSON; of a spread that of the object.
  path: string;
  placed: PlacedRow;
  /// The column `along` as it stands.
  along: Json;
  /// A number, a spread, a text; as it stands.
  value: Json;
}

export interface Series {
  name: string;
  /// The place, or other value of the chooser, where several stand in one figure.
  part: string;
  mark: Mark;
  layer: Layer;
  /// Of the layer in its figure.
  layerIndex: number;
  /// How a person reads the values.
  column: Column;
  readings: Reading[];
  /// Of the other answer of a comparison.
  against: boolean;
}

/// The value of `choose` that means every row.
export const everyRow = 'all';

/// The values that a figure shows one at a time, in the order of its tables; "all" first where a row says it.
export function choices(answer: Answer, figure: Figure): string[] {
  if (!figure.choose) return [];
  const seen = new Set<string>();
  for (const layer of figure.layers) {
    const table = tableOf(answer, layer.table);
    if (!table || !columnOf(table, figure.choose)) continue;
    for (const { row } of table.rows) {
      const value = at(row, figure.choose);
      // One whose rows have nothing to draw is no choice.
      if (typeof value === 'string' && value !== '' && (at(row, layer.value) ?? null) !== null) seen.add(value);
    }
  }
  const out = [...seen].filter((v) => v !== everyRow);
  return seen.has(everyRow) && out.length > 1 ? [everyRow, ...out] : out;
}

function fits(layer: Layer, row: Json): boolean {
  return !layer.where || String(at(row, layer.where) ?? '') === (layer.is ?? '');
}

const byDate = (a: Reading, b: Reading): number => {
  if (isMark(a.along)) return period(a.along)!.from - period(b.along)!.from;
  const x = String(a.along),
    y = String(b.along);
  return x < y ? -1 : x > y ? 1 : 0;
};

/// The series of a figure for one value of its `choose` column (undefined or "all": every row). Where some layer has
/// rows that say "all", lines of tables without such rows are left out: they would be one for each place.
export function seriesOf(answer: Answer, figure: Figure, chosen: string | undefined, path = ''): Series[] {
  const all = chosen === undefined || chosen === everyRow;
  const { choose } = figure;
  const says = (layer: Layer): boolean =>
    choose !== undefined &&
    (tableOf(answer, layer.table, path)?.rows.some((r) => at(r.row, choose) === everyRow) ?? false);
  const summed = all && figure.layers.some(says);
  const several = choices(answer, figure).filter((c) => c !== everyRow).length > 1;
  const out = figure.layers.flatMap((layer, layerIndex): Series[] => {
    const table = tableOf(answer, layer.table, path);
    if (!table) return [];
    const has = choose !== undefined && columnOf(table, choose) !== undefined;
    const sum = has && says(layer);
    const isLine = layer.mark === 'line' || layer.mark === 'step' || layer.mark === 'band';
    if (has && summed && !sum && several && isLine) return [];
    const rows = table.rows.filter(({ row }) => {
      if (!fits(layer, row)) return false;
      if (!has) return true;
      const value = at(row, choose);
      return all ? !sum || value === everyRow || !several : value === chosen;
    });
    // The bars of a schedule stay in the order of their rows; what they are of is their colour.
    const by = figure.plot === 'schedule' ? undefined : layer.series;
    const named = { ...layer, name: answer.trials === 0 ? nameAtMedians(layer) : layer.name };
    return split(figure, table, named, by, layerIndex, rows, has && all && several && !sum ? choose : undefined, path);
  });
  if (answer.trials !== 0) return out;
  // Without trials a band says what the line beside it says.
  const lines = new Set(out.filter((s) => s.mark === 'line').map((s) => s.name));
  return out.filter((s) => s.mark !== 'band' || !lines.has(s.name));
}

const medians = 'inputs at medians';

/// A layer's name where no trial was drawn: nothing has P10 to P90 then.
function nameAtMedians({ name = '', mark }: Layer): string {
  const rest = name.replace(/^P10 to P90( of )?|, P10 to P90$/, '');
  if (rest === name) return name;
  return rest === '' || rest.startsWith(',') ? (mark === 'points' ? '' : `${medians}${rest}`) : rest;
}

/// The rows of one table that a figure shows for a value of its chooser.
export function rowsShown(answer: Answer, figure: Figure, key: string, chosen: string | undefined): PlacedRow[] {
  const table = tableOf(answer, key);
  if (!table) return [];
  const layers = figure.layers.filter((l) => l.table === key);
  const { choose } = figure;
  const one = choose && columnOf(table, choose) && chosen !== undefined && chosen !== everyRow ? choose : undefined;
  return table.rows.filter(({ row }) => layers.some((l) => fits(l, row)) && (!one || at(row, one) === chosen));
}

/// A column as its numbers stand without their heading: one that is scaled to a unit which only its heading names, such
/// as "NPV, B$", has its numbers in natural units.
function apartFromHeading(column: Column): Column {
  if ((column.scale ?? 1) === 1) return column;
  const { key, heading, unit } = column;
  return { key, heading, unit };
}

/// The unit of an axis of hours of a year of 365 days.
export const hoursOfAYear = 'h of a year';

/// A number along a course as what stands on the axis and what a person reads: hours of a year are those of 1970, which
/// has 365 days.
function markOf(value: Json, axis: string | undefined): Json {
  if (typeof value !== 'number') return null;
  if (axis !== hoursOfAYear) return `@${value}|${courseText(value, axis)}`;
  const at = new Date(value * 3600000);
  const day = `${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
  return `@${at.getTime()}|${day}, ${String(at.getUTCHours()).padStart(2, '0')}:00`;
}

const isMark = (value: Json | undefined): boolean => typeof value === 'string' && value.startsWith('@');

/// What a person reads of the column along.
export const alongText = (value: Json): string =>
  isMark(value) ? String(value).slice(String(value).indexOf('|') + 1) : String(value);

function split(
  figure: Figure,
  table: NonNullable<ReturnType<typeof tableOf>>,
  layer: Layer,
  by: string | undefined,
  layerIndex: number,
  rows: PlacedRow[],
  apart: string | undefined,
  path: string,
): Series[] {
  const column = apartFromHeading(columnOf(table, layer.value) ?? { key: layer.value });
  const out = new Map<string, Series>();
  const pathIn = cellPaths(table, layer.value);
  const { mark } = layer;
  const put = (name: string, part: string, reading: Reading): void => {
    const key = `${part}\n${name}`;
    let series = out.get(key);
    if (!series)
      out.set(key, (series = { name, part, mark, layer, layerIndex, column, readings: [], against: path !== '' }));
    series.readings.push(reading);
  };
  for (const placed of rows) {
    const value = at(placed.row, layer.value) ?? null;
    const stands = at(placed.row, layer.along) ?? null;
    const along = figure.plot === 'course' ? markOf(stands, figure.axis) : stands;
    const where = apart ? String(at(placed.row, apart) ?? '') : '';
    const own = by ? String(at(placed.row, by) ?? '') : (layer.name ?? '');
    // A strip stands in a row of its place, bars in lanes of theirs; other series carry it in their name.
    const name = where && mark !== 'bar' && mark !== 'strip' ? (own ? `${where}: ${own}` : where) : own;
    const part = mark === 'bar' ? '' : where;
    const valuePath = pathIn(placed);
    if (mark === 'stack' && isRow(value) && !isSpread(value)) {
      for (const [key, v] of Object.entries(value))
        put(key, part, { path: under(valuePath, key), placed, along, value: v });
    } else {
      put(name, part, { path: valuePath, placed, along, value });
    }
  }
  const series = [...out.values()];
  if (mark !== 'bar')
    for (const s of series)
      if (s.readings.some((r, i) => i > 0 && byDate(s.readings[i - 1]!, r) > 0)) s.readings.sort(byDate);
  return series.filter((s) => s.readings.some((r) => r.value !== null));
}

const dayMs = 86400000;

export interface Period {
  from: number;
  to: number;
}

const periods = new Map<string, Period | undefined>();

/// The first and the last day, in milliseconds, that a day, month, quarter or year names, or what stands on a course;
/// undefined for anything else.
export function period(value: Json | undefined): Period | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 1900 && value <= 2300 ? ofMonths(value, 0, 12) : undefined;
  if (typeof value !== 'string') return undefined;
  if (!periods.has(value)) periods.set(value, parsed(value));
  return periods.get(value);
}

const ofMonths = (year: number, month: number, months: number): Period => ({
  from: Date.UTC(year, month, 1),
  to: Date.UTC(year, month + months, 1) - dayMs,
});

function parsed(text: string): Period | undefined {
  if (isMark(text)) {
    const at = parseFloat(text.slice(1));
    return { from: at, to: at };
  }
  const m = /^(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|Q([1-4])))?$/.exec(text);
  if (!m) return undefined;
  const [year, month, day, quarter] = m.slice(1).map(Number) as [number, number, number, number];
  if (m[4]) return ofMonths(year, 3 * quarter - 3, 3);
  if (m[3]) return { from: Date.UTC(year, month - 1, day), to: Date.UTC(year, month - 1, day) };
  return m[2] ? ofMonths(year, month - 1, 1) : ofMonths(year, 0, 12);
}

/// Whole months from one day to the next of several, where they are the same throughout and there are two steps or
/// more, or one of a month, a quarter or a year; undefined else.
function monthsApart(days: number[]): number | undefined {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((day, i) => {
    const a = new Date(sorted[i]!),
      b = new Date(day);
    return a.getUTCDate() === b.getUTCDate()
      ? 12 * (b.getUTCFullYear() - a.getUTCFullYear()) + b.getUTCMonth() - a.getUTCMonth()
      : 0;
  });
  const [first] = steps;
  if (!first || steps.some((n) => n !== first)) return undefined;
  return steps.length > 1 || [1, 3, 12].includes(first) ? first : undefined;
}

/// Where the last of days that follow each other by months, quarters or years ends: a year that starts on 1 March lasts
/// a year. Undefined where they do not.
export function endOfLast(days: number[]): number | undefined {
  const months = monthsApart(days);
  if (months === undefined) return undefined;
  const last = new Date(Math.max(...days));
  return Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + months, last.getUTCDate());
}

/// What a row of bars, steps or stacks fills: its month, quarter or year; of days from its day to that of the next row,
/// of the last as long as the rows before it where they are equally long, else to `end`.
export interface Stretch {
  from: number;
  to: number;
  reading: Reading;
}

export function stretches(readings: Reading[], end: number): Stretch[] {
  const placed = readings.flatMap((reading) => {
    const p = period(reading.along);
    return p ? [{ reading, p }] : [];
  });
  const days = placed.filter(({ reading }) => isDay(reading.along)).map(({ p }) => p.from);
  const last = endOfLast(days) ?? end;
  return placed.map(({ reading, p }, i) => ({
    reading,
    from: p.from,
    to: isDay(reading.along) ? (placed[i + 1]?.p.from ?? Math.max(last, p.from)) : p.to + dayMs,
  }));
}

/// P10 and P90 of the day on which a row stands, where its columns p10 and p90 stand beside p50; one that is not
/// reached has no last day.
export function daysBetween(layer: Layer, row: Json): [early: number, late: number] | undefined {
  if (!/(^|\/)p50$/.test(layer.along)) return undefined;
  const day = (of: string): number | undefined => period(at(row, layer.along.replace(/p50$/, of)))?.to;
  const early = day('p10'),
    late = day('p90') ?? Infinity;
  return early !== undefined && late > early ? [early, late] : undefined;
}

export const isDay = (value: Json | undefined): boolean =>
  typeof value === 'string' && (value.startsWith('@') || /^\d{4}-\d{2}-\d{2}$/.test(value));

export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/// Whether any layer of a figure has a value to draw.
export const draws = (answer: Answer, figure: Figure): boolean =>
  figure.layers.some((layer) =>
    tableOf(answer, layer.table)?.rows.some(({ row }) => fits(layer, row) && (at(row, layer.value) ?? null) !== null),
  );

/// From the first to the last day that a figure can show, in milliseconds; undefined where none has a day.
export function reach(answer: Answer, figure: Figure, path: string): [number, number] | undefined {
  let from = Infinity,
    to = -Infinity;
  for (const layer of figure.layers) {
    const days: number[] = [];
    for (const { row } of tableOf(answer, layer.table, path)?.rows ?? []) {
      const p = fits(layer, row) ? period(at(row, layer.along)) : undefined;
      if (!p) continue;
      const [early, late] = daysBetween(layer, row) ?? [p.from, p.to];
      from = Math.min(from, p.from, early);
      to = Math.max(to, (layer.to ? period(at(row, layer.to))?.to : undefined) ?? p.to, late < Infinity ? late : p.to);
      if (layer.mark === 'bar' && !layer.to && isDay(at(row, layer.along))) days.push(p.from);
    }
    const end = endOfLast(days);
    if (end !== undefined) to = Math.max(to, end - dayMs);
  }
  return from <= to ? [from, to] : undefined;
}

/// From the first to the last day of the series, in milliseconds; undefined where none has a day.
export function span(series: Series[]): [number, number] | undefined {
  let from = Infinity,
    to = -Infinity;
  for (const { readings, layer } of series)
    for (const r of readings) {
      const p = period(r.along);
      if (!p) continue;
      from = Math.min(from, p.from);
      to = Math.max(to, (layer.to ? period(at(r.placed.row, layer.to))?.to : undefined) ?? p.to);
    }
  return from <= to ? [from, to] : undefined;
}
