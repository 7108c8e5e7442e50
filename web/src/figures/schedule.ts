// A schedule: bars from a day to a day in lanes, those that are critical drawn strongly; how long each could wait as a
// thin line behind it, P10 to P90 of its end as a whisker. Points are days of their own with P10 to P90.
import { type Json, type Row, at } from '../answer';
import { type Series, period } from './reading';

export interface Bar {
  path: string;
  row: Row;
  rowPath: string;
  name: string;
  /// What it is of, for its colour: the series column, else what the row says of its kind.
  kind: string;
  from: number;
  to: number;
  /// To where it could be late without harm.
  slackTo?: number;
  /// P10 and P90 of its end.
  between?: [number, number];
  strong: boolean;
  point: boolean;
  against: boolean;
  series: Series;
}

export interface Lane {
  name: string;
  bars: Bar[];
}

const dayMs = 86400000;
const dayOf = (value: Json | undefined): number | undefined => period(value)?.from;

function between(row: Row, key: string): [number, number] | undefined {
  const a = dayOf(at(row, `${key}p10`)), b = dayOf(at(row, `${key}p90`));
  return a !== undefined && b !== undefined && b > a ? [a, b] : undefined;
}

/// With more bars than this, and several places, a lane is a place.
export const manyBars = 80;

/// The lanes of a schedule: those of a place one after the other, in the order of the rows; points stand first, in a lane
/// of their own.
export function lanes(series: Series[], placeColumn: string | undefined, end: number): Lane[] {
  const points: Bar[] = [], bars: { place: string; lane: string; bar: Bar }[] = [];
  for (const s of series) {
    const { layer } = s;
    for (const { placed, path, value } of s.readings) {
      const { row } = placed;
      const from = dayOf(at(row, layer.along));
      if (from === undefined) continue;
      const kind = at(row, layer.series ?? 'kind');
      const bar: Bar = {
        path, row, rowPath: placed.path, from, to: from, name: String(value ?? ''), kind: typeof kind === 'string' ? kind : '',
        strong: layer.strong !== undefined && at(row, layer.strong) === true,
        point: s.mark === 'points', against: s.against, series: s,
      };
      if (bar.point) {
        bar.between = between(row, layer.along.replace(/p50$/, ''));
        points.push(bar);
        continue;
      }
      bar.to = (layer.to ? dayOf(at(row, layer.to)) : undefined) ?? end;
      const slack = at(row, 'slack_days');
      if (typeof slack === 'number' && slack >= 1) bar.slackTo = bar.to + slack * dayMs;
      bar.between = between(row, 'finish/');
      const place = String((placeColumn && at(row, placeColumn)) ?? ''), lane = String((layer.lane && at(row, layer.lane)) ?? '');
      bars.push({ place, lane: lane === place ? '' : lane, bar });
    }
  }
  const places = [...new Set(bars.map((b) => b.place))];
  const byPlace = places.length > 1 && bars.length > manyBars;
  const out = new Map<string, Lane>();
  for (const place of places)
    for (const b of bars) {
      if (b.place !== place) continue;
      const name = byPlace ? place : [places.length > 1 ? place : '', b.lane].filter(Boolean).join(', ');
      let lane = out.get(name);
      if (!lane) out.set(name, (lane = { name, bars: [] }));
      lane.bars.push(byPlace && b.lane ? { ...b.bar, name: `${b.lane}: ${b.bar.name}` } : b.bar);
    }
  const first = points.length ? [{ name: points[0]!.series.name, bars: points }] : [];
  return [...first, ...out.values()];
}
