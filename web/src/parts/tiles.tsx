// The headline: a tile for each key figure, P50 large, P10 to P90 small below it.
import type { JSX } from 'preact';
import { type Answer, type Column, type Json, type Row, at, isSpread, pathOf, tableOf, under } from '../answer';
import { heading, unitOf } from '../format';
import { Value } from './value';

interface Tile {
  name: string;
  column: Column;
  /// P10, P50, P90; a value without a spread has P50 alone.
  values: { p10?: Json; p50: Json; p90?: Json };
  paths: { p10: string; p50: string; p90: string };
  note?: string;
}

function ofRow(row: Row, path: string): Tile {
  const unit = typeof row.unit === 'string' ? row.unit : '';
  return {
    name: String(row.name),
    column: { key: 'p50', unit: unit === 'date' ? '' : unit },
    values: { p10: row.p10, p50: row.p50 ?? null, p90: row.p90 },
    paths: { p10: under(path, 'p10'), p50: under(path, 'p50'), p90: under(path, 'p90') },
    note: typeof row.note === 'string' && row.note !== '' ? row.note : undefined,
  };
}

/// Where an answer has no key figures of its own: its scalars that are numbers, days or spreads.
function ofScalars(answer: Answer, path: string): Tile[] {
  const out: Tile[] = [];
  for (const column of answer.shape?.scalars ?? []) {
    const value = at(answer, column.key);
    const place = pathOf(column.key, path);
    if (/\/p(10|90)$/.test(column.key)) continue;
    if (column.key.endsWith('/p50')) {
      const parent = column.key.replace(/\/p50$/, '');
      const spread = at(answer, parent);
      if (value === null || value === undefined || !isSpread(spread)) continue;
      const p = pathOf(parent, path);
      out.push({
        name: heading({ ...column, key: last(parent) }), column, values: { p10: spread.p10, p50: spread.p50, p90: spread.p90 },
        paths: { p10: under(p, 'p10'), p50: place, p90: under(p, 'p90') },
      });
    } else if (typeof value === 'number') {
      out.push({ name: heading({ ...column, key: last(column.key) }), column, values: { p50: value }, paths: { p10: place, p50: place, p90: place } });
    } else if (isSpread(value) && value.p50 !== null) {
      out.push({
        name: heading({ ...column, key: last(column.key) }), column, values: value,
        paths: { p10: under(place, 'p10'), p50: under(place, 'p50'), p90: under(place, 'p90') },
      });
    }
  }
  return out.slice(0, most);
}

const most = 12;
const last = (key: string): string => key.split('/').pop() ?? key;

function tilesOf(answer: Answer, path = ''): Tile[] {
  const table = tableOf(answer, 'key_figures', path);
  if (table?.rows.length) return table.rows.map(({ row, path: p }) => ofRow(row, p));
  return ofScalars(answer, path);
}

export function Tiles({ answer }: { answer: Answer }): JSX.Element | null {
  const tiles = tilesOf(answer);
  if (tiles.length === 0) return null;
  const others = new Map(answer.against ? tilesOf(answer.against, 'against').map((t) => [t.name, t]) : []);
  return (
    <section class="tiles" aria-label="Key figures">
      {tiles.map((tile) => {
        const other = others.get(tile.name);
        return (
          <div key={tile.name} class="tile">
            <div class="tile-name">{tile.name}</div>
            <Figures tile={tile} />
            {other && (
              <div class="tile-other">
                the other: <One tile={other} of="p50" />
              </div>
            )}
            {tile.note && <div class="tile-note">{tile.note}</div>}
          </div>
        );
      })}
    </section>
  );
}

function One({ tile, of }: { tile: Tile; of: 'p10' | 'p50' | 'p90' }): JSX.Element {
  const value = tile.values[of];
  if (value === null || value === undefined) return <span class="nothing">not within the forecast</span>;
  if (typeof value === 'string')
    return (
      <span class="value" data-path={tile.paths[of]} data-value={value}>
        {value}
      </span>
    );
  return <Value value={value} column={tile.column} path={tile.paths[of]} />;
}

function Figures({ tile }: { tile: Tile }): JSX.Element {
  const { p10, p50, p90 } = tile.values;
  const unit = unitOf(tile.column);
  const spread = (p10 !== undefined || p90 !== undefined) && !(p10 === p50 && p50 === p90) && !(p10 === null && p90 === null);
  return (
    <>
      <div class="tile-value">
        {p50 === null ? <span class="nothing">–</span> : <One tile={tile} of="p50" />}
        {unit && p50 !== null && <small> {unit}</small>}
      </div>
      <div class="tile-between">
        {spread && (
          <>
            <One tile={tile} of="p10" /> to {p90 === null || p90 === undefined ? 'later' : <One tile={tile} of="p90" />}
          </>
        )}
      </div>
    </>
  );
}
