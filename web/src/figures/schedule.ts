// A schedule: bars from a day to a day in lanes, those that are critical drawn strongly; how long each could wait as a
// thin line behind it, P10 to P90 of its end as a whisker. Points are days of their own with P10 to P90.
import { type Json, type Row, at } from '../answer';
import { words } from '../format';
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

/// A row: bars one after the other, such as waiting for a supply and the supply.
export interface Lane {
  name: string;
  bars: Bar[];
}

/// Rows that open and close together.
export interface Group {
  name: string;
  lanes: Lane[];
  points: boolean;
}

const dayMs = 86400000;
const dayOf = (value: Json | undefined): number | undefined => period(value)?.from;

function between(row: Row, key: string): [number, number] | undefined {
  const a = dayOf(at(row, `${key}p10`)),
    b = dayOf(at(row, `${key}p90`));
  return a !== undefined && b !== undefined && b > a ? [a, b] : undefined;
}

/// With more rows than this, and several places, a group is a place.
export const manyLanes = 60;

/// "phase-1: electrical" is row "electrical" of group "phase-1"; a lane without a group stands under its kind.
function parts(lane: string, kind: string): [group: string, name: string] {
  const colon = lane.indexOf(': ');
  return colon > 0 ? [lane.slice(0, colon), lane.slice(colon + 2)] : [kind, lane];
}

function lanesOf(bars: { group: string; lane: string; bar: Bar }[]): Group[] {
  const groups = new Map<string, Map<string, Bar[]>>();
  for (const { group, lane, bar } of bars) {
    const of = groups.get(group) ?? new Map<string, Bar[]>();
    groups.set(group, of);
    of.set(lane, [...(of.get(lane) ?? []), bar]);
  }
  return [...groups].map(([name, lanes]) => ({
    name,
    points: false,
    lanes: [...lanes].map(([lane, own]) => ({ name: lane, bars: own })),
  }));
}

/// The rows of a schedule by group, those of a place one after the other in the order of the table; points stand first.
export function groupsOf(series: Series[], placeColumn: string | undefined, end: number): Group[] {
  const points: Lane[] = [],
    bars: { place: string; lane: string; bar: Bar }[] = [];
  for (const s of series) {
    const { layer } = s;
    for (const { placed, path, value } of s.readings) {
      const { row } = placed;
      const from = dayOf(at(row, layer.along));
      if (from === undefined) continue;
      const kind = at(row, layer.series ?? 'kind');
      const bar: Bar = {
        path,
        row,
        rowPath: placed.path,
        from,
        to: from,
        name: String(value ?? ''),
        kind: typeof kind === 'string' ? kind : '',
        strong: layer.strong !== undefined && at(row, layer.strong) === true,
        point: s.mark === 'points',
        against: s.against,
        series: s,
      };
      if (bar.point) {
        bar.between = between(row, layer.along.replace(/p50$/, ''));
        const same = points.find((l) => l.name === bar.name);
        if (same) same.bars.push(bar);
        else points.push({ name: bar.name, bars: [bar] });
        continue;
      }
      bar.to = (layer.to ? dayOf(at(row, layer.to)) : undefined) ?? end;
      const slack = at(row, 'slack_days');
      if (typeof slack === 'number' && slack >= 1) bar.slackTo = bar.to + slack * dayMs;
      bar.between = between(row, 'finish/');
      const place = String((placeColumn && at(row, placeColumn)) ?? ''),
        lane = String((layer.lane && at(row, layer.lane)) ?? bar.name);
      bars.push({ place, lane, bar });
    }
  }
  const places = [...new Set(bars.map((b) => b.place))];
  const byPlace = places.length > 1 && new Set(bars.map((b) => `${b.place}\n${b.lane}`)).size > manyLanes;
  const ordered = places.flatMap((place) => bars.filter((b) => b.place === place));
  const groups = lanesOf(
    ordered.map(({ place, lane, bar }) => {
      if (byPlace) return { group: place, lane, bar };
      const [group, name] = parts(lane, bar.kind);
      return { group: [places.length > 1 ? place : '', group].filter(Boolean).join(', '), lane: name, bar };
    }),
  );
  const table = series.find((s) => s.mark === 'points')?.layer.table;
  return points.length && table ? [{ name: words(table), lanes: points, points: true }, ...groups] : groups;
}
