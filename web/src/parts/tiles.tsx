// The headline: a tile for each key figure, P50 large, P10 to P90 small below it.
import type { JSX } from 'preact';
import { type Answer, type Column, type Json, type Row, at, isSpread, pathOf, sides, tableOf, under } from '../answer';
import { heading, text, unitOf } from '../format';
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

const most = 12;

/// Where an answer has no key figures of its own: its scalars with a spread, then its numbers that have a unit or a
/// name.
function ofScalars(answer: Answer, path: string): Tile[] {
  const spreads: Tile[] = [],
    numbers: Tile[] = [];
  for (const column of answer.shape?.scalars ?? []) {
    if (/\/p(10|90)$/.test(column.key)) continue;
    const key = column.key.replace(/\/p50$/, '');
    const value = at(answer, key),
      place = pathOf(key, path);
    const name = heading({ ...column, key });
    const paths = { p10: under(place, 'p10'), p50: under(place, 'p50'), p90: under(place, 'p90') };
    if (isSpread(value) && value.p50 !== null) spreads.push({ name, column, values: value, paths });
    else if (typeof value === 'number' && (column.unit || column.heading))
      numbers.push({ name, column, values: { p50: value }, paths: { ...paths, p50: place } });
  }
  return [...spreads, ...numbers].slice(0, most);
}

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
            {tile.note && <div class="tile-note">{tile.note}</div>}
            {other && (
              <div class="tile-other">
                {sides(answer).other}: <One tile={other} of="p50" />
                {other.note && other.note !== tile.note && <div>{other.note}</div>}
              </div>
            )}
          </div>
        );
      })}
    </section>
  );
}

function One({ tile, of }: { tile: Tile; of: 'p10' | 'p50' | 'p90' }): JSX.Element {
  const value = tile.values[of];
  if (value === null || value === undefined) return <span class="nothing">–</span>;
  if (typeof value === 'string')
    return (
      <span class="value" data-path={tile.paths[of]} data-value={value}>
        {value}
      </span>
    );
  return <Value value={value} column={tile.column} path={tile.paths[of]} />;
}

/// Letters of a value as it is written.
const lengthOf = (tile: Tile, of: 'p10' | 'p50' | 'p90'): number => text(tile.values[of], tile.column).length;

function Figures({ tile }: { tile: Tile }): JSX.Element {
  const { p10, p50, p90 } = tile.values;
  // The dollar sign stands with the number, and the name says per what.
  const unit = tile.column.unit?.startsWith('USD') ? '' : unitOf(tile.column);
  const spread =
    (p10 !== undefined || p90 !== undefined) && !(p10 === p50 && p50 === p90) && !(p10 === null && p90 === null);
  return (
    <>
      <div class={lengthOf(tile, 'p50') + unit.length > 11 ? 'tile-value long' : 'tile-value'}>
        <One tile={tile} of="p50" />
        {unit && p50 !== null && <small> {unit}</small>}
      </div>
      {spread && (
        <div class={lengthOf(tile, 'p10') + lengthOf(tile, 'p90') > 22 ? 'tile-between long' : 'tile-between'}>
          <One tile={tile} of="p10" /> to{' '}
          {p90 === null && typeof (p50 ?? p10) === 'string' ? 'after the forecast' : <One tile={tile} of="p90" />}
        </div>
      )}
    </>
  );
}
