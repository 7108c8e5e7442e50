// An answer as the program writes it (docs/json.md): its types, and reading it by path. Nothing here computes.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Row = { [key: string]: Json };

/// P10, P50 and P90 of a number or a date.
export type Spread = { p10: Json; p50: Json; p90: Json };

export type Mark = 'line' | 'step' | 'band' | 'stack' | 'points' | 'strip' | 'bar' | 'flow' | 'party';
export type Plot = 'time' | 'schedule' | 'ranking' | 'waterfall' | 'course' | 'sankey' | 'powers' | 'plan';

/// Rows of one table as one mark; columns are named by their keys.
export interface Layer {
  mark: Mark;
  name?: string;
  table: string;
  along: string;
  value: string;
  to?: string;
  lane?: string;
  series?: string;
  where?: string;
  is?: string;
  strong?: string;
  /// A stack whose numbers stand below nought.
  below?: boolean;
}

export interface Figure {
  key: string;
  title: string;
  chapter?: string;
  unit?: string;
  plot: Plot;
  /// Of a course: the unit along.
  axis?: string;
  choose?: string;
  known_until?: string;
  in_brief?: boolean;
  layers: Layer[];
  facts: string[];
}

/// What a column or scalar holds and how a person reads it.
export interface Column {
  key: string;
  heading?: string;
  unit?: string;
  as?: 'text' | 'fixed' | 'count' | 'percent' | 'amount';
  digits?: number;
  scale?: number;
  dimension?: string;
}

export interface TableShape {
  key: string;
  heading?: string;
  keyed?: boolean;
  columns: Column[];
}

export interface Fact {
  key: string;
  value: string;
  origin: string;
  where?: string;
  basis?: string;
  source?: string;
  date?: string;
  dollars_of?: Json;
  note?: string;
}

export interface Answer {
  kind: string;
  title: string;
  trials?: number;
  seed?: number;
  independent?: boolean;
  sentences?: string[];
  figures?: Figure[];
  shape?: { scalars: Column[]; tables: TableShape[] };
  facts?: Fact[];
  against?: Answer;
  [key: string]: unknown;
}

/// An answer from its JSON; undefined for what is none, such as a file that was cut off or says nothing.
export function readAnswer(json: unknown): Answer | undefined {
  const answer = json as Answer | null;
  const is = typeof answer === 'object' && typeof answer?.kind === 'string' && typeof answer.title === 'string';
  return is ? answer : undefined;
}

const changed = (answer: Answer): boolean => (answer.facts ?? []).some((f) => f.origin === 'command line');

/// What the two answers of a comparison are called beside each other: of one scenario, which of them has changed
/// values.
export function sides(answer: Answer): { own: string; other: string } {
  const { against } = answer;
  if (against && against.title === answer.title && changed(answer) !== changed(against)) {
    const names = { own: 'as changed', other: 'as in the file' };
    return changed(answer) ? names : { own: names.other, other: names.own };
  }
  return { own: 'this', other: 'the other' };
}

export const isRow = (value: Json | undefined): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isSpread = (value: Json | undefined): value is Spread & Row =>
  isRow(value) && 'p50' in value && 'p10' in value && 'p90' in value && Object.keys(value).length === 3;

export const numberOf = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);

/// The number itself, of a spread P50; null where it is none.
export const middleOf = (value: Json | undefined): number | null => numberOf(isSpread(value) ? value.p50 : value);

/// The value under a key such as "money/months" or "start/p50"; undefined where there is none.
export function at(root: unknown, key: string): Json | undefined {
  let value = root as Json | undefined;
  if (!key.includes('/')) return isRow(value) ? value[key] : undefined;
  for (const part of key.split('/')) {
    if (!isRow(value)) return undefined;
    value = value[part];
  }
  return value;
}

/// `path` with a member or an index behind it: "milestones[3].p50", money.by_cause["order.first"].
export function under(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/// The path of a key such as "money/months" below `path`.
export const pathOf = (key: string, path = ''): string => key.split('/').reduce((p, part) => under(p, part), path);

/// A row of a table with its place in the JSON.
export interface PlacedRow {
  path: string;
  row: Row;
}

export interface AnswerTable {
  shape: TableShape;
  rows: PlacedRow[];
}

/// Rows of a table of the answer. Where the table is an object by the values of its first column, that column is put
/// back; a table of two columns is then an object of plain values.
function rowsOf(root: unknown, shape: TableShape, path: string): PlacedRow[] {
  const data = at(root, shape.key);
  const base = pathOf(shape.key, path);
  if (Array.isArray(data)) return data.flatMap((row, i) => (isRow(row) ? [{ path: under(base, i), row }] : []));
  const [first, second] = shape.columns;
  if (!isRow(data) || !first) return [];
  return Object.entries(data).map(([name, value]) => {
    if (shape.columns.length === 2 && second) {
      return { path: base, row: { [first.key]: name, [second.key]: value } };
    }
    return { path: under(base, name), row: { [first.key]: name, ...(isRow(value) ? value : {}) } };
  });
}

const tables = new WeakMap<Answer, Map<string, AnswerTable>>();

/// The table of that key, as its shape says or, without one, as its first row looks; undefined where it is not there.
/// `path` is where the answer itself stands: "" or "against".
export function tableOf(answer: Answer, key: string, path = ''): AnswerTable | undefined {
  let known = tables.get(answer);
  if (!known) tables.set(answer, (known = new Map<string, AnswerTable>()));
  // The other answer of a comparison is read on its own too: its rows then have another place.
  const place = pathOf(key, path);
  const kept = known.get(place);
  if (kept) return kept;
  const shape = answer.shape?.tables.find((t) => t.key === key) ?? shapeOf(answer, key);
  if (!shape) return undefined;
  const table = { shape, rows: rowsOf(answer, shape, path) };
  known.set(place, table);
  return table;
}

function shapeOf(answer: Answer, key: string): TableShape | undefined {
  const data = at(answer, key);
  if (!Array.isArray(data) || !isRow(data[0])) return undefined;
  return { key, columns: columnsOf(data) };
}

/// The columns of rows that no shape describes: every key of any row, numbers as they are.
export function columnsOf(rows: Json[]): Column[] {
  const seen = new Map<string, Column>();
  for (const row of rows)
    if (isRow(row)) for (const key of Object.keys(row)) if (!seen.has(key)) seen.set(key, { key });
  return [...seen.values()];
}

/// The path of one cell. In a table of two columns that is an object, the value stands under its name.
export function cellPath(table: AnswerTable, placed: PlacedRow, column: string): string {
  return cellPaths(table, column)(placed);
}

/// The path of the cells of one column, for many rows.
export function cellPaths(table: AnswerTable, column: string): (placed: PlacedRow) => string {
  const { shape } = table;
  const [first] = shape.columns;
  if (shape.keyed && shape.columns.length === 2 && first) return ({ path, row }) => under(path, String(row[first.key]));
  const behind = pathOf(column, '_').slice(1);
  return ({ path }) => path + behind;
}

export const columnOf = (table: AnswerTable, key: string): Column | undefined =>
  table.shape.columns.find((c) => c.key === key);
