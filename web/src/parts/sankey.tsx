// A Sankey diagram on the page: bands as wide as what flows, each with what it is for and its number; below it that of
// the other answer of a comparison.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { type Answer, at, columnOf, numberOf, sides, tableOf, under } from '../answer';
import type { Series } from '../figures/reading';
import { type Party, line, partyWidth, sheetOf } from '../figures/sankey';
import { seriesColour } from '../palette';
import { useTheme } from '../theme';
import { useWidth } from './plot';
import { Value } from './value';

interface SankeyProps {
  answer: Answer;
  series: Series[];
  title: string;
  summary: string;
}

export function Sankey({ answer, series, title, summary }: SankeyProps): JSX.Element {
  const own = series.filter((s) => !s.against),
    other = series.filter((s) => s.against);
  return (
    <>
      {own.length > 0 && <Sheet answer={answer} series={own} title={title} summary={summary} />}
      {other.length > 0 && (
        <>
          <h4>{sides(answer).other}</h4>
          <Sheet answer={answer} series={other} title={`${title}, ${sides(answer).other}`} summary={summary} />
        </>
      )}
    </>
  );
}

function Sheet({ answer, series, title, summary }: SankeyProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const { parties, bands, width, height, room } = sheetOf(series, useWidth(box));
  const colour = (party: Party): string => seriesColour(party.name, parties.indexOf(party), theme);
  const flow = series.find((s) => s.mark === 'flow'),
    party = series.find((s) => s.mark === 'party');
  const table = party && tableOf(answer, party.layer.table);
  return (
    <div ref={box} class="sankey" tabIndex={0} role="group" aria-label={title}>
      <div class="sankey-sheet" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg class="drawing" width={width} height={height} role="img" aria-label={summary}>
          {bands.map((b) => (
            <path
              key={b.reading.path}
              d={b.path}
              {...(b.back
                ? { fill: 'none', stroke: colour(b.from), 'stroke-width': Math.max(1, b.width) }
                : { fill: colour(b.from) })}
            >
              <title>{`${b.from.name} to ${b.to.name}: ${b.what}`}</title>
            </path>
          ))}
          {parties.map((p) => (
            <rect key={p.name} x={p.x} y={p.y} width={partyWidth} height={p.height} fill={colour(p)} />
          ))}
        </svg>
        {parties.map((p) => {
          const { placed, path } = p.reading;
          const paid = at(placed.row, 'paid');
          const left = p.last ? p.x + partyWidth - room : p.x;
          return (
            <div
              key={p.name}
              class={p.last ? 'sankey-party last' : 'sankey-party'}
              style={{ left: `${left}px`, top: `${p.y - line - 5}px`, width: `${room}px` }}
            >
              {p.name}
              {numberOf(p.reading.value) ? (
                <>
                  , in <Value value={p.reading.value} column={party!.column} path={path} />
                </>
              ) : null}
              {numberOf(paid) ? (
                <>
                  , out{' '}
                  <Value
                    value={paid}
                    column={(table && columnOf(table, 'paid')) ?? party!.column}
                    path={under(placed.path, 'paid')}
                  />
                </>
              ) : null}
            </div>
          );
        })}
        {bands.map((b) => (
          <div
            key={b.reading.path}
            style={{ left: `${b.x}px`, top: `${b.y}px`, maxWidth: `${room - 12}px`, height: `${line}px` }}
          >
            {b.what} <Value value={b.reading.value} column={flow!.column} path={b.reading.path} />
          </div>
        ))}
      </div>
    </div>
  );
}
