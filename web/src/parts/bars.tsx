// A bar for each row: a ranking (a tornado, a cost by part) or a waterfall, in which each part begins where the one
// before it ends and the last row is the whole. The number stands beside its bar.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isSpread, middleOf, under } from '../answer';
import { type Bar, barsOf, scaleOf } from '../figures/ranking';
import type { Series } from '../figures/reading';
import { coloursOf } from '../figures/time';
import { useTheme } from '../theme';
import { Value } from './value';

interface BarsProps {
  series: Series[];
  waterfall: boolean;
  summary: string;
}

const first = 24;

export function Bars({ series, waterfall, summary }: BarsProps): JSX.Element {
  const [all, setAll] = useState(false);
  const colours = coloursOf(series, useTheme());
  const rows = barsOf(series, waterfall);
  const [low, high] = scaleOf(rows);
  const share = (x: number): number => (100 * (x - low)) / (high - low);
  const shown = all ? rows : rows.slice(0, first);
  return (
    <div>
      <div class={waterfall ? 'bars waterfall' : 'bars'} role="img" aria-label={summary}>
        {shown.map((row) => (
          <div key={row.key} class={row.whole ? 'bar-row whole' : 'bar-row'}>
            <div class="bar-name" title={row.detail ? `${row.name}, ${row.detail}` : row.name}>
              {breakable(row.name)}
              {row.detail && <small>{row.detail}</small>}
            </div>
            <div class="bar-track">
              <span class="zero" style={{ left: `${share(0)}%` }} />
              {row.bars.map((bar, i) => (
                <OneBar key={i} bar={bar} share={share} colour={colours.get(bar.series)!} waterfall={waterfall} />
              ))}
            </div>
            <div class="bar-value">
              {row.bars.map((bar, i) => (
                <div key={i} class={bar.series.against ? 'other' : ''}>
                  <Value value={middleOf(bar.reading.value)} column={bar.series.column} path={pathTo(bar)} />
                </div>
              ))}
            </div>
          </div>
        ))}
      </div>
      {rows.length > first && (
        <button type="button" class="more" onClick={() => setAll(!all)}>
          {all ? `The first ${first}` : `All ${rows.length}`}
        </button>
      )}
    </div>
  );
}

/// A key may break behind its dots.
const breakable = (name: string): ComponentChildren[] => name.split(/(?<=[._])/).flatMap((part) => [part, <wbr />]);

const pathTo = ({ reading }: Bar): string => (isSpread(reading.value) ? under(reading.path, 'p50') : reading.path);

interface OneBarProps {
  bar: Bar;
  share: (x: number) => number;
  colour: string;
  waterfall: boolean;
}

function OneBar({ bar, share, colour, waterfall }: OneBarProps): JSX.Element {
  const a = share(Math.min(bar.from, bar.to)),
    b = share(Math.max(bar.from, bar.to));
  const kind = bar.series.against ? 'bar other' : waterfall ? 'bar' : bar.to < bar.from ? 'bar loss' : 'bar';
  return (
    <span class="bar-line">
      <span
        class={kind}
        style={{ left: `${a}%`, width: `${Math.max(0.2, b - a)}%`, ...(kind === 'bar' ? { background: colour } : {}) }}
      />
      {bar.between && (
        <span
          class="whisker"
          style={{ left: `${share(bar.between[0])}%`, width: `${share(bar.between[1]) - share(bar.between[0])}%` }}
        />
      )}
    </span>
  );
}
