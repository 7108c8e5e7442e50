// A plan on the page: rectangles where they lie, to scale, as a floorplan; each with its name and number as its title.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { at, numberOf } from '../answer';
import type { Reading, Series } from '../figures/reading';
import { text } from '../format';
import { seriesColour } from '../palette';
import { useTheme } from '../theme';
import { useWidth } from './plot';

interface PlanProps {
  series: Series[];
  unit: string | undefined;
  summary: string;
}

const tallest = 460,
  letter = 6.2; // px that a letter takes, about

export function Plan({ series, unit, summary }: PlanProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const given = useWidth(box);
  const theme = useTheme();
  const side = (r: Reading, key: string): number => numberOf(at(r.placed.row, key)) ?? 0;
  // Dies stand before what stands on them.
  const own = series.filter((s) => !s.against);
  const boxes = own.flatMap((s, index) =>
    s.readings.map((r) => ({ s, index, r, x: numberOf(r.along) ?? 0, y: side(r, 'y') })),
  );
  const wide = Math.max(1e-9, ...boxes.map((b) => b.x + side(b.r, 'width'))),
    tall = Math.max(1e-9, ...boxes.map((b) => b.y + side(b.r, 'height')));
  const scale = Math.min(given / wide, tallest / tall);
  return (
    <div ref={box}>
      <svg class="drawing" width={wide * scale} height={tall * scale} role="img" aria-label={summary}>
        {boxes.map(({ s, index, r, x, y }) => {
          const width = scale * side(r, 'width'),
            height = scale * side(r, 'height'),
            left = scale * x,
            top = scale * (tall - y) - height;
          const name = String((s.layer.lane && at(r.placed.row, s.layer.lane)) ?? '');
          const room = Math.floor((width - 6) / letter);
          return (
            <g key={r.path}>
              <rect
                x={left}
                y={top}
                width={width}
                height={height}
                fill={seriesColour(s.name, index, theme)}
                fill-opacity={index === 0 ? 0.25 : 0.55}
                stroke="currentColor"
                stroke-width={0.6}
              >
                <title>{`${name}: ${text(r.value, s.column)}`}</title>
              </rect>
              {height > 12 && room > 3 && (
                <text x={left + 3} y={top + 11} font-size="10" fill="currentColor" pointer-events="none">
                  {name.length > room ? `${name.slice(0, room - 1)}…` : name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <div class="unit">
        {wide.toPrecision(3)} x {tall.toPrecision(3)} {unit}
      </div>
    </div>
  );
}
