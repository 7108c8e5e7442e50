// One value of the answer. A number stands with its place in the JSON and as it is there, so that what is read can be
// checked.
import type { JSX } from 'preact';
import { type Column, type Json, columnsOf, isRow, isSpread, under } from '../answer';
import { isDay } from '../figures/reading';
import { exact, heading, text, words } from '../format';

export function Value({
  value,
  column,
  path,
}: {
  value: Json | undefined;
  column: Column;
  path: string;
}): JSX.Element | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    if (typeof value === 'string') return isDay(value) ? <span class="date">{value}</span> : <>{value}</>;
    return (
      <span class="value" data-path={path} data-value={exact(value)} title={exact(value)}>
        {text(value, column)}
      </span>
    );
  }
  if (isSpread(value)) {
    const same = value.p10 === value.p50 && value.p50 === value.p90;
    return (
      <span class="spread">
        <Value value={value.p50} column={column} path={under(path, 'p50')} />
        {!same && (
          <small class="between">
            {' '}
            <Value value={value.p10} column={column} path={under(path, 'p10')} /> to{' '}
            <Value value={value.p90} column={column} path={under(path, 'p90')} />
          </small>
        )}
      </span>
    );
  }
  if (Array.isArray(value)) return <List value={value} column={column} path={path} />;
  return (
    <span class="parts">
      {Object.entries(value).map(([key, part]) => (
        <span key={key} class="part">
          <span class="part-name">{words(key)}</span>{' '}
          <Value value={part} column={{ ...column, key }} path={under(path, key)} />
        </span>
      ))}
    </span>
  );
}

/// Longer lists open when asked.
const openList = 6;

/// A list inside a cell: words one after the other, or a table of its own that opens.
function List({ value, column, path }: { value: Json[]; column: Column; path: string }): JSX.Element | null {
  if (value.length === 0) return null;
  if (!value.some(isRow)) {
    const items = value.map((item, i) => (
      <>
        {i > 0 && ', '}
        <Value value={item} column={column} path={under(path, i)} />
      </>
    ));
    if (value.length <= openList) return <>{items}</>;
    return (
      <details class="inner">
        <summary>
          {value.length} {words(column.key.split('/').pop() ?? '')}
        </summary>
        {items}
      </details>
    );
  }
  const columns = columnsOf(value);
  return (
    <details class="inner">
      <summary>
        {value.length} {words(column.key.split('/').pop() ?? '')}
      </summary>
      <table>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.key} scope="col">
                {heading(c)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {value.map((row, i) => (
            <tr key={i}>
              {columns.map((c) => {
                const cell = isRow(row) ? row[c.key] : undefined;
                return (
                  <td key={c.key} class={typeof cell === 'number' ? 'number' : ''}>
                    <Value value={cell} column={c} path={under(under(path, i), c.key)} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
