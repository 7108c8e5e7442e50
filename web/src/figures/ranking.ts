// Rows as bars: of a ranking from zero, of a waterfall from where the row before ends.
import { isSpread, middleOf, numberOf } from '../answer';
import { text } from '../format';
import type { Reading, Series } from './reading';

export interface Bar {
  series: Series;
  reading: Reading;
  from: number;
  to: number;
  /// P10 and P90 of a spread.
  between?: [number, number];
}

export interface BarRow {
  key: string;
  name: string;
  /// What else tells the row from others of its name.
  detail: string;
  bars: Bar[];
  whole: boolean;
}

/// The column that says more about a row than its name: the text column behind it.
function detailOf(reading: Reading, series: Series): string {
  const { layer } = series;
  const { row } = reading.placed;
  for (const [key, value] of Object.entries(row)) {
    if (key === layer.along || typeof value !== 'string') continue;
    return key === 'step' ? text(value, { key }) : '';
  }
  return '';
}

/// The rows in the order of the table, each with the bars of every series that has it; the other answer's bars stand
/// under those of the same name.
export function barsOf(series: Series[], waterfall: boolean): BarRow[] {
  const rows = new Map<string, BarRow>();
  const own = series.filter((s) => !s.against),
    other = series.filter((s) => s.against);
  for (const s of [...own, ...other]) {
    let sum = 0;
    s.readings.forEach((reading, i) => {
      const value = middleOf(reading.value);
      if (value === null) return;
      const name = String(reading.along ?? '');
      const detail = detailOf(reading, s);
      const key = `${name}\n${detail}`;
      const last = waterfall && i === s.readings.length - 1 && i > 0;
      const from = waterfall && !last ? sum : 0;
      sum = from + value;
      let row = rows.get(key);
      if (!row) rows.set(key, (row = { key, name, detail, bars: [], whole: last }));
      const bar: Bar = { series: s, reading, from, to: from + value };
      if (isSpread(reading.value)) {
        const a = numberOf(reading.value.p10),
          b = numberOf(reading.value.p90);
        if (a !== null && b !== null && a < b) bar.between = [from + a, from + b];
      }
      row.bars.push(bar);
    });
  }
  return [...rows.values()];
}

/// From the least to the most that any bar reaches, zero among them.
export function scaleOf(rows: BarRow[]): [number, number] {
  let low = 0,
    high = 0;
  for (const { bars } of rows)
    for (const { from, to, between } of bars) {
      low = Math.min(low, from, to, between?.[0] ?? 0);
      high = Math.max(high, from, to, between?.[1] ?? 0);
    }
  return low === high ? [0, 1] : [low, high];
}
