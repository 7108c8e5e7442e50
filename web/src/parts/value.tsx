// One value of the answer. A number stands with its place in the JSON and as it is there, so that what is read can be
// checked.
import type { JSX } from 'preact';
import { type Column, type Json, type Spread, columnsOf, isRow, isSpread, under } from '../answer';
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
    if (value.p10 === null && value.p50 === null && value.p90 === null) return null;
    const same = value.p10 === value.p50 && value.p50 === value.p90;
    return (
      <span class="spread">
        <End spread={value} of="p50" column={column} path={path} />
        {!same && (
          <small class="between">
            {' '}
            <End spread={value} of="p10" column={column} path={path} /> to{' '}
            <End spread={value} of="p90" column={column} path={path} />
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

interface EndProps {
  spread: Spread;
  of: keyof Spread;
  column: Column;
  path: string;
}

/// One of a spread; a day that is not reached comes after the forecast.
function End({ spread, of, column, path }: EndProps): JSX.Element | null {
  if (spread[of] !== null) return <Value value={spread[of]} column={column} path={under(path, of)} />;
  const days = typeof (spread.p10 ?? spread.p50) === 'string';
  return days ? <>after the forecast</> : <span class="nothing">–</span>;
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
