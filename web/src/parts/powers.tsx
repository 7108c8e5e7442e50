// Values along a number with both axes by powers of ten, as a roofline has them: lines, and points with their names.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { numberOf } from '../answer';
import { coloursOf } from '../figures/time';
import type { Series } from '../figures/reading';
import { plain, text } from '../format';
import { useTheme } from '../theme';
import { useWidth } from './plot';

interface PowersProps {
  series: Series[];
  unit: string | undefined;
  axis: string | undefined;
  summary: string;
}

const height = 320,
  left = 84,
  right = 30,
  below = 34;

/// Powers of ten around numbers above 0.
function decades(numbers: number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...numbers))),
    last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...numbers))));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

export function Powers({ series, unit, axis, summary }: PowersProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const colours = coloursOf(series, useTheme());
  const drawn = series.map((s) => ({
    s,
    points: s.readings
      .map((r) => ({ r, x: numberOf(r.along) ?? 0, y: numberOf(r.value) ?? 0 }))
      .filter((p) => p.x > 0 && p.y > 0)
      .sort((a, b) => a.x - b.x),
  }));
  const all = drawn.flatMap((d) => d.points);
  if (all.length === 0 || width <= left)
    return <div ref={box} style={{ height: `${height}px` }} role="img" aria-label={summary} />;
  const along = decades(all.map((p) => p.x)),
    up = decades(all.map((p) => p.y));
  const share = (value: number, of: number[]): number =>
    Math.log10(value / of[0]!) / Math.log10(of[of.length - 1]! / of[0]!);
  const x = (value: number): number => left + (width - left - right) * share(value, along),
    y = (value: number): number => (height - below) * (1 - share(value, up)) + 4;
  return (
    <div ref={box}>
      <svg class="drawing" width={width} height={height} role="img" aria-label={summary}>
        {along.map((value) => (
          <g key={value}>
            <line x1={x(value)} x2={x(value)} y1={4} y2={height - below + 4} stroke="currentColor" stroke-opacity={0.12} />
            <text x={x(value)} y={height - below + 18} font-size="11" text-anchor="middle" fill="currentColor">
              {plain(value)}
            </text>
          </g>
        ))}
        {up.map((value) => (
          <g key={value}>
            <line x1={left} x2={width - right} y1={y(value)} y2={y(value)} stroke="currentColor" stroke-opacity={0.12} />
            <text x={left - 6} y={y(value) + 4} font-size="11" text-anchor="end" fill="currentColor">
              {plain(value, unit)}
            </text>
          </g>
        ))}
        <text x={width - right} y={height - 2} font-size="11" text-anchor="end" fill="currentColor">
          {axis}
        </text>
        {drawn.map(({ s, points }) =>
          s.mark === 'points' ? (
            points.map((p) => (
              <g key={p.r.path}>
                <circle cx={x(p.x)} cy={y(p.y)} r={5} fill={colours.get(s)} stroke="white">
                  <title>{`${s.name}: ${text(p.r.value, s.column)}`}</title>
                </circle>
                <text x={x(p.x) + 8} y={y(p.y) + 4} font-size="10" fill="currentColor" pointer-events="none">
                  {s.name}
                </text>
              </g>
            ))
          ) : (
            <polyline
              key={s.name}
              points={points.map((p) => `${x(p.x)},${y(p.y)}`).join(' ')}
              fill="none"
              stroke={colours.get(s)}
              stroke-width={2}
            />
          ),
        )}
      </svg>
    </div>
  );
}
