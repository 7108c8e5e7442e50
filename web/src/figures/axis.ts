// Days along an axis: which are marked and how they are called, as close as there is room.
const dayMs = 86400000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Tick {
  at: number;
  label: string;
  /// A year begins.
  year: boolean;
}

/// Marks of a range of days on so many pixels: years, quarters, months or days.
export function ticks([from, to]: [number, number], pixels: number): Tick[] {
  const perMonth = pixels / ((to - from) / (30.44 * dayMs));
  const step = [1, 3, 6, 12, 24, 60].find((n) => n * perMonth >= 52) ?? 120;
  const first = new Date(from);
  const out: Tick[] = [];
  if (perMonth > 260) {
    const every = [1, 2, 7, 14].find((n) => (n * perMonth) / 30.44 >= 64) ?? 14;
    for (let at = Math.ceil(from / dayMs) * dayMs; at <= to; at += every * dayMs) {
      const d = new Date(at);
      out.push({ at, label: `${d.getUTCDate()} ${months[d.getUTCMonth()]}`, year: false });
    }
    return out;
  }
  const base = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let m = Math.ceil(base / step) * step; ; m += step) {
    const at = Date.UTC(Math.floor(m / 12), m % 12, 1);
    if (at > to) return out;
    if (at < from) continue;
    const year = m % 12 === 0;
    out.push({ at, label: year ? String(m / 12) : months[m % 12]!, year });
  }
}
