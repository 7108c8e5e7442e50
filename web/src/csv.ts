// Rows of a table as CSV (RFC 4180), every value exactly as in the JSON.
import { type AnswerTable, type Json, at, isRow } from './answer';
import { exact } from './format';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

/// The plain values below a column with their names: "start/p50" of a spread in "start".
function leaves(name: string, value: Json | undefined, put: (name: string, value: Json | undefined) => void): void {
  if (isRow(value)) for (const [part, v] of Object.entries(value)) leaves(`${name}/${part}`, v, put);
  else put(name, value);
}

export function csv(table: AnswerTable): string {
  const rows = table.rows.map(() => new Map<string, Json | undefined>());
  const names: string[] = [];
  for (const column of table.shape.columns) {
    const own = new Set<string>();
    table.rows.forEach(({ row }, i) => {
      const value = at(row, column.key);
      if (value === null || value === undefined) return;
      leaves(column.key, value, (name, v) => {
        own.add(name);
        rows[i]!.set(name, v);
      });
    });
    names.push(...(own.size ? own : [column.key]));
  }
  const lines = [names, ...rows.map((row) => names.map((name) => exact(row.get(name))))];
  return lines.map((line) => line.map(quoted).join(',') + '\r\n').join('');
}

export const fileOf = (table: AnswerTable): string => `${table.shape.key.replace(/\//g, '-')}.csv`;

/// Hands a file to the browser to keep.
export function download(name: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
