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

/// The lanes of a schedule in the order of their rows; points stand first, in a lane of their own.
export function lanes(series: Series[], placeColumn: string | undefined, end: number): Lane[] {
  const out = new Map<string, Lane>();
  const points: Bar[] = [];
  const places = new Set(series.flatMap((s) => s.readings.map((r) => (placeColumn ? at(r.placed.row, placeColumn) : undefined))));
  places.delete(undefined);
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
      const place = placeColumn && places.size > 1 ? String(at(row, placeColumn) ?? '') : '';
      const lane = String((layer.lane && at(row, layer.lane)) ?? '');
      const name = [place, lane === place ? '' : lane].filter(Boolean).join(', ');
      let of = out.get(name);
      if (!of) out.set(name, (of = { name, bars: [] }));
      of.bars.push(bar);
    }
  }
  const first = points.length ? [{ name: points[0]!.series.name, bars: points }] : [];
  return [...first, ...out.values()];
}
