// The box beside the pointer: the day, and of each series the row that stands there.
import type { JSX } from 'preact';
import type { Json, Row } from '../answer';
import type { Hover } from '../figures/hover';
import { dayText, type Series } from '../figures/reading';
import { limitColour } from '../palette';
import { theme } from '../theme';
import { Value } from './value';

/// A strip has the colour of what it says.
const stripColour = (series: Series, value: Json): string | undefined =>
  series.mark === 'strip' && typeof value === 'string' ? limitColour(value, theme()) : undefined;

interface ReadoutProps {
  hover: Hover;
  colours: Map<Series, string>;
  left: number;
  width: number;
}

/// What was observed has a name in its row.
function nameOf(series: Series, row: Row): string {
  const own = series.mark === 'points' && typeof row.name === 'string' ? row.name : series.name;
  const placed = series.mark === 'strip' && series.part ? `${series.part}: ${own}` : own;
  return series.against ? `the other: ${placed}` : placed;
}

export function Readout({ hover, colours, left, width }: ReadoutProps): JSX.Element {
  const side = left > width / 2 ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` };
  return (
    <div class="readout" style={side} role="status">
      <b>{dayText(hover.day)}</b>
      <table>
        <tbody>
          {hover.items.map(({ series, reading }) => (
            <tr key={`${series.part}${series.name}${series.layerIndex}${series.against}`}>
              <td>
                <i style={{ background: stripColour(series, reading.value) ?? colours.get(series) }} />
                {nameOf(series, reading.placed.row)}
              </td>
              <td class="number">
                <Value value={reading.value} column={series.column} path={reading.path} />
              </td>
              <td class="when">{String(reading.along)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
