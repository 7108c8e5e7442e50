// A table of the answer: sorted by a click on a heading, filtered by words, in pages where it is long. Numbers stand to
// the right; their unit is in the heading.
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type AnswerTable, type Column, type Json, type PlacedRow, type Row, at, cellPath, isSpread } from '../answer';
import { csv, download, fileOf } from '../csv';
import { heading, text, unitOf } from '../format';
import { onPaper, useTheme } from '../theme';
import { Value } from './value';

const onePage = 200;

/// What a row is sorted by: numbers by size, spreads by P50, words by the alphabet; what is not there comes last.
function sortKey(value: Json | undefined): number | string | null {
  if (isSpread(value)) return sortKey(value.p50);
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return null;
}

function compare(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
}

function sorted(rows: PlacedRow[], by: { key: string; down: boolean } | undefined): PlacedRow[] {
  if (!by) return rows;
  const keyed = rows.map((placed) => ({ placed, key: sortKey(at(placed.row, by.key)) }));
  keyed.sort((a, b) =>
    a.key === null || b.key === null ? compare(a.key, b.key) : by.down ? compare(b.key, a.key) : compare(a.key, b.key),
  );
  return keyed.map((k) => k.placed);
}

/// Columns that hold numbers somewhere in the first rows.
export function numeric(table: AnswerTable, column: Column): boolean {
  if (column.as && column.as !== 'text') return true;
  return table.rows.slice(0, 50).some(({ row }) => {
    const value = at(row, column.key);
    return typeof value === 'number' || (isSpread(value) && typeof value.p50 === 'number');
  });
}

/// The column for one row: where the row names the unit of its numbers, in that unit.
function columnIn(column: Column, { row }: PlacedRow): Column {
  return !column.unit && !column.as && typeof row.unit === 'string' ? { ...column, unit: row.unit } : column;
}

const isNothing = (value: Json | undefined): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/// What stands for P10, P50 or P90 of a row that has another of them: a day that is not reached comes after the
/// forecast.
function notReached(row: Row, key: string): string | undefined {
  const of = /^(.*\/)?p(?:10|50|90)$/.exec(key);
  if (!of || (at(row, key) ?? null) !== null) return undefined;
  const known = ['p10', 'p50', 'p90'].map((p) => at(row, `${of[1] ?? ''}${p}`) ?? null).find((v) => v !== null);
  return known === undefined ? undefined : typeof known === 'string' ? 'after the forecast' : '–';
}

/// Columns that say something in some row.
const filled = ({ shape, rows }: AnswerTable): Column[] =>
  rows.length === 0
    ? shape.columns
    : shape.columns.filter((c) => rows.some(({ row }) => !isNothing(at(row, c.key)) || notReached(row, c.key)));

const classOf = (value: Json | undefined, right: boolean): string =>
  right ? 'number' : typeof value === 'string' && value.length > 40 ? 'long' : '';

/// The smallest letters on paper, in px: 4 points as printed.
const least = 5.5;

/// On paper a table is set so small that it fits; one that is too wide for the smallest letters stands in more parts, one
/// below the other. Gives the box to measure, and how many parts.
function useFitted(): [RefObject<HTMLDivElement>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [parts, setParts] = useState(1);
  const paper = onPaper();
  useLayoutEffect(() => {
    const inside = [...(box.current?.querySelectorAll<HTMLElement>(':scope > table') ?? [])];
    if (!paper) setParts(1);
    if (!paper || inside.length === 0) return;
    const fits = (): boolean => inside.every((t) => t.offsetWidth <= box.current!.clientWidth);
    for (let size = parseFloat(getComputedStyle(inside[0]!).fontSize); size > least && !fits(); size *= 0.94)
      for (const t of inside) t.style.fontSize = `${size}px`;
    if (!fits() && parts < mostParts) setParts(parts + 1);
    return () => inside.forEach((t) => (t.style.fontSize = ''));
  });
  return [box, paper ? parts : 1];
}

const mostParts = 8;

/// Columns in so many parts; each begins with the first, which names the row.
function inParts(columns: Column[], parts: number): Column[][] {
  if (parts === 1) return [columns];
  const [name, ...others] = columns;
  const each = Math.ceil(others.length / parts);
  return Array.from({ length: Math.ceil(others.length / each) }, (_, i) => [
    name!,
    ...others.slice(i * each, (i + 1) * each),
  ]);
}

interface TableProps {
  table: AnswerTable;
  /// Names the table for those who hear it.
  label: string;
  filter?: boolean;
  /// Offers its rows as CSV.
  download?: boolean;
  /// A cell that is more than its value; undefined: the value.
  cell?: (placed: PlacedRow, column: Column) => JSX.Element | undefined;
}

export function Table({ table, label, filter = false, download: offered = false, cell }: TableProps): JSX.Element {
  const [by, setBy] = useState<{ key: string; down: boolean } | undefined>(undefined);
  const [wanted, setWanted] = useState('');
  const [page, setPage] = useState(0);
  const columns = useMemo(() => filled(table), [table]);
  const right = useMemo(() => new Map(columns.map((c) => [c.key, numeric(table, c)])), [table]);
  const filtering = wanted !== '';
  const said = useMemo(
    () =>
      filtering
        ? table.rows.map(({ row }) =>
            columns
              .map((c) => text(at(row, c.key), c))
              .join(' ')
              .toLowerCase(),
          )
        : [],
    [table, filtering],
  );
  const kept = useMemo(() => {
    const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    if (parts.length === 0) return table.rows;
    return table.rows.filter((_, i) => parts.every((p) => said[i]!.includes(p)));
  }, [table, wanted, said]);
  const rows = useMemo(() => sorted(kept, by), [kept, by]);
  const pages = Math.max(1, Math.ceil(rows.length / onePage));
  const shown = Math.min(page, pages - 1);
  const first = shown * onePage;
  const here = rows.slice(first, first + onePage);
  useTheme();
  const [box, parts] = useFitted();
  const turn = (to: number): void => setPage(Math.max(0, Math.min(pages - 1, to)));
  return (
    <div class="table">
      {(filter || table.rows.length > onePage) && (
        <div class="table-tools">
          <label class="filter">
            <span>Filter</span>
            <input type="search" value={wanted} onInput={(e) => (setWanted(e.currentTarget.value), setPage(0))} />
          </label>
          <span class="count" role="status">
            {rows.length === table.rows.length ? `${rows.length} rows` : `${rows.length} of ${table.rows.length} rows`}
          </span>
          {pages > 1 && (
            <span class="pager">
              <button type="button" disabled={shown === 0} onClick={() => turn(shown - 1)} aria-label="Rows before">
                ‹
              </button>
              <span>
                {first + 1} to {first + here.length}
              </span>
              <button
                type="button"
                disabled={shown === pages - 1}
                onClick={() => turn(shown + 1)}
                aria-label="Rows after"
              >
                ›
              </button>
            </span>
          )}
        </div>
      )}
      <div ref={box} class="table-scroll" tabIndex={0} role="region" aria-label={label}>
        {inParts(columns, parts).map((columns) => (
          <table key={columns[1]?.key}>
            <thead>
              <tr>
                {columns.map((c) => {
                  const is = by?.key === c.key ? (by.down ? 'descending' : 'ascending') : 'none';
                  const unit = unitOf(c);
                  return (
                    <th key={c.key} scope="col" aria-sort={is} class={right.get(c.key) ? 'number' : ''}>
                      <button
                        type="button"
                        onClick={() => {
                          setPage(0);
                          setBy(
                            by?.key !== c.key
                              ? { key: c.key, down: false }
                              : by.down
                                ? undefined
                                : { key: c.key, down: true },
                          );
                        }}
                      >
                        {heading(c)}
                        {unit && <small class="unit"> {unit}</small>}
                        <span class="sort" aria-hidden="true">
                          {is === 'ascending' ? '↑' : is === 'descending' ? '↓' : ''}
                        </span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {here.map((placed) => (
                <tr key={placed.path}>
                  {columns.map((c) => (
                    <td key={c.key} class={classOf(at(placed.row, c.key), right.get(c.key) ?? false)}>
                      {cell?.(placed, c) ?? notReached(placed.row, c.key) ?? (
                        <Value
                          value={at(placed.row, c.key)}
                          column={columnIn(c, placed)}
                          path={cellPath(table, placed, c.key)}
                        />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      {offered && (
        <button type="button" class="csv" onClick={() => download(fileOf(table), 'text/csv', csv(table))}>
          CSV
        </button>
      )}
    </div>
  );
}
