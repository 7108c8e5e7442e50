// The legend of a figure: a button for each series, which hides and shows it.
import type { JSX } from 'preact';
import { isSpread, middleOf } from '../answer';
import { coloursOf } from '../figures/time';
import { type Series, daysBetween } from '../figures/reading';
import { useTheme } from '../theme';

interface LegendProps {
  series: Series[];
  hidden: ReadonlySet<string>;
  knownUntil?: string;
  /// What the other answer of a comparison is called.
  other: string;
  onToggle: (name: string) => void;
}

/// Of a stack what is nought throughout is not seen.
const isSeen = (s: Series): boolean => s.mark !== 'stack' || s.readings.some((r) => middleOf(r.value));

/// A band without a spread is a line, points with P10 to P90 of their day have whiskers.
function swatch({ mark, layer, readings }: Series): string {
  if (mark === 'band' && !readings.some(({ value }) => isSpread(value) && value.p10 !== value.p90)) return 'line';
  return mark === 'points' && readings.some((r) => daysBetween(layer, r.placed.row)) ? 'points ends' : mark;
}

export function Legend({ series, hidden, knownUntil, other, onToggle }: LegendProps): JSX.Element | null {
  const colours = coloursOf(series, useTheme());
  const named = new Map<string, Series>();
  for (const s of series) if (s.name !== '' && !s.against && !named.has(s.name) && isSeen(s)) named.set(s.name, s);
  const both = series.some((s) => s.against);
  if (named.size + Number(both) < 2 && !knownUntil) return null;
  return (
    <div class="legend">
      {[...named].map(([name, s]) => (
        <button key={name} type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
          <i class={swatch(s)} style={{ '--colour': colours.get(s) }} />
          {name}
        </button>
      ))}
      {both && (
        <span>
          <i class="other" />
          {other}
        </span>
      )}
      {knownUntil && <span class="known">solid to {knownUntil}, the last observation; dashed after</span>}
    </div>
  );
}
