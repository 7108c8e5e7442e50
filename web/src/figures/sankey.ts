// Parties and bands of a Sankey diagram, from the places that its tables have (src/study/sankey.h): lines of text become
// pixels, nothing is laid out.
import { type Json, type Row, at, numberOf } from '../answer';
import type { Reading, Series } from './reading';

export const line = 19,
  partyWidth = 12;

/// So wide that a column's words end before the next.
const columnWidth = 220;

export interface Party {
  name: string;
  reading: Reading;
  x: number;
  y: number;
  height: number;
  /// In the last of several columns: its name ends where it stands.
  last: boolean;
}

export interface Band {
  reading: Reading;
  what: string;
  from: Party;
  to: Party;
  /// The outline of a band, or the middle line of one that flows back.
  path: string;
  back: boolean;
  width: number;
  /// Where its words begin.
  x: number;
  y: number;
}

export interface Sheet {
  parties: Party[];
  bands: Band[];
  width: number;
  height: number;
  /// How wide a party's words may be.
  room: number;
}

const place = (row: Row, key: string): number => numberOf(at(row, key)) ?? 0;
const says = (row: Row, key: string | undefined): string => String((key && at(row, key)) ?? '');
const isPlaced = (row: Row): boolean => ['from_at', 'to_at', 'width'].every((k) => numberOf(at(row, k)) !== null);
const laneOf = (row: Row): number | null => numberOf(at(row, 'lane') as Json);

/// In a width where it is enough, else as wide as its words ask.
export function sheetOf(series: Series[], given: number): Sheet {
  const readings = (mark: string): Reading[] => series.filter((s) => s.mark === mark).flatMap((s) => s.readings);
  const flows = readings('flow').filter((r) => isPlaced(r.placed.row)),
    placed = readings('party');
  const layer = series.find((s) => s.mark === 'flow')?.layer;
  const last = Math.max(0, ...placed.map((r) => place(r.placed.row, 'column')));
  const width = Math.max(given, columnWidth * (last + 1));
  const lanes = flows.filter((r) => laneOf(r.placed.row) !== null);
  // What flows back needs room at both sides.
  const beside = Math.max(0, ...lanes.map((r) => 14 + (line * place(r.placed.row, 'width')) / 2));
  const apart = last > 0 ? (width - 2 * beside - partyWidth) / last : 0;
  let bottom = 0;
  const parties = placed.map((reading): Party => {
    const { row } = reading.placed;
    const column = place(row, 'column'),
      y = line * place(row, 'top'),
      height = line * place(row, 'height');
    bottom = Math.max(bottom, y + height);
    return {
      name: String(reading.along ?? ''),
      reading,
      x: beside + apart * column,
      y,
      height,
      last: column > 0 && column === last,
    };
  });
  const known = new Map(parties.map((p) => [p.name, p]));
  const bands = flows.flatMap((reading): Band[] => {
    const { row } = reading.placed;
    const from = known.get(String(reading.along ?? '')),
      to = known.get(says(row, layer?.to));
    if (!from || !to) return [];
    const half = (line * place(row, 'width')) / 2,
      lane = laneOf(row);
    const a = from.x + partyWidth,
      b = to.x,
      y1 = line * place(row, 'from_at'),
      y2 = line * place(row, 'to_at'),
      middle = (a + b) / 2;
    const edge = (x: number, y: number, z: number): string => `C${middle},${y} ${middle},${z} ${x},${z}`;
    let path = `M${a},${y1 - half}${edge(b, y1 - half, y2 - half)}L${b},${y2 + half}${edge(a, y2 + half, y1 + half)}Z`;
    if (lane !== null) {
      const out = a + half + 6,
        into = b - half - 6,
        below = line * lane;
      bottom = Math.max(bottom, below + Math.max(line / 2, half));
      path = `M${a},${y1}H${out}V${below}H${into}V${y2}H${b}`;
    }
    const words = { x: a + 6, y: y1 - line / 2 - (half < 6 ? 5 : 0) };
    return [
      { reading, what: says(row, layer?.lane), from, to, path, back: lane !== null, width: 2 * half, ...words },
    ];
  });
  return { parties, bands, width, height: bottom + 4, room: Math.max(60, last > 0 ? apart - partyWidth : width) };
}
