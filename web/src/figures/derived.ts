// Figures of tables that no figure draws: a table of days, months, quarters or years and numbers becomes lines, a
// figure for each unit.
import { type Answer, type AnswerTable, type Column, type Figure, type Json, at, isSpread, tableOf } from '../answer';
import { heading, words } from '../format';
import { draws, period } from './reading';

const isNumber = (value: Json | undefined): boolean =>
  typeof value === 'number' || (isSpread(value) && (typeof value.p50 === 'number' || value.p50 === null));

/// Whether a column says when: each row a day or a period, and a number only where the column is called a year.
function saysWhen(table: AnswerTable, column: Column): boolean {
  return table.rows.every(({ row }) => {
    const value = at(row, column.key);
    if (typeof value === 'number' && !/year$/.test(column.key)) return false;
    return period(value) !== undefined;
  });
}

const start = (value: Json | undefined): number => period(value)?.from ?? 0;
const rising = (days: number[]): boolean => days.every((d, i) => i === 0 || d > days[i - 1]!);

/// The column whose values are a series each; "" where rows are one after the other already; undefined where neither.
function apartBy(table: AnswerTable, when: string): string | undefined {
  if (rising(table.rows.map(({ row }) => start(at(row, when))))) return '';
  for (const column of table.shape.columns) {
    if (column.key === when) continue;
    const parts = new Map<string, number[]>();
    for (const { row } of table.rows) {
      const value = at(row, column.key);
      if (typeof value !== 'string') {
        parts.clear();
        break;
      }
      parts.set(value, [...(parts.get(value) ?? []), start(at(row, when))]);
    }
    if (parts.size > 1 && table.rows.length >= 3 * parts.size && [...parts.values()].every(rising)) return column.key;
  }
  return undefined;
}

function derivedFigures(table: AnswerTable, chapter: string): Figure[] {
  if (table.rows.length < 3) return [];
  const [when, ...others] = table.shape.columns.filter((c) => saysWhen(table, c));
  // From a day to a day is no row of a course.
  if (!when || others.length > 0) return [];
  const apart = apartBy(table, when.key);
  if (apart === undefined) return [];
  const units = new Map<string, Column[]>();
  for (const column of table.shape.columns) {
    if (column === when) continue;
    const values = table.rows.map(({ row }) => at(row, column.key)).filter((v) => v !== null && v !== undefined);
    if (values.length < 2 || !values.every(isNumber)) continue;
    const unit = column.unit ?? '';
    // Numbers without a unit do not share an axis.
    const key = unit || `\n${column.key}`;
    units.set(key, [...(units.get(key) ?? []), column]);
  }
  const title = table.shape.heading ?? words(table.shape.key);
  return [...units.values()].map((columns): Figure => ({
    key: `${table.shape.key}/${columns[0]!.key}`,
    title: columns.length === 1 && units.size > 1 ? `${title}: ${heading(columns[0]!)}` : title,
    chapter,
    unit: columns[0]!.unit,
    plot: 'time',
    choose: apart || undefined,
    layers: columns.map((c) => ({
      mark: table.rows.some(({ row }) => isSpread(at(row, c.key))) ? 'band' : 'line',
      name: heading(c),
      table: table.shape.key,
      along: when.key,
      value: c.key,
    })),
    facts: [],
  }));
}

const known = new WeakMap<Answer, Figure[]>();

/// The figures of an answer that draw something, the one that stands for it first; then what can be drawn of tables
/// that no figure shows.
export function figuresOf(answer: Answer): Figure[] {
  const kept = known.get(answer);
  if (kept) return kept;
  const own = (answer.figures ?? []).filter((f) => draws(answer, f));
  const drawn = new Set(own.flatMap((f) => f.layers.map((l) => l.table)));
  const derived = (answer.shape?.tables ?? []).flatMap(({ key }) => {
    const table = drawn.has(key) ? undefined : tableOf(answer, key);
    return table ? derivedFigures(table, own.length ? 'Tables' : 'Over time') : [];
  });
  const out = [...own.filter((f) => f.in_brief), ...own.filter((f) => !f.in_brief), ...derived];
  known.set(answer, out);
  return out;
}
