// The legend of a figure: a button for each series, which hides and shows it.
import type { JSX } from 'preact';
import { coloursOf } from '../figures/time';
import type { Series } from '../figures/reading';
import { useTheme } from '../theme';

interface LegendProps {
  series: Series[];
  hidden: ReadonlySet<string>;
  knownUntil?: string;
  onToggle: (name: string) => void;
}

export function Legend({ series, hidden, knownUntil, onToggle }: LegendProps): JSX.Element | null {
  const colours = coloursOf(series, useTheme());
  const named = new Map<string, Series>();
  for (const s of series) if (s.name !== '' && !s.against && !named.has(s.name)) named.set(s.name, s);
  const other = series.some((s) => s.against);
  if (named.size + Number(other) < 2 && !knownUntil) return null;
  return (
    <div class="legend">
      {[...named].map(([name, s]) => (
        <button key={name} type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
          <i class={s.mark} style={{ '--colour': colours.get(s) }} />
          {name}
        </button>
      ))}
      {other && (
        <span>
          <i class="other" />
          the other
        </span>
      )}
      {knownUntil && <span class="known">solid to {knownUntil}, the last observation; dashed after</span>}
    </div>
  );
}
