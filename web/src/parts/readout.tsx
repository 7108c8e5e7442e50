// The box beside the pointer: the day of the nearest row, and of each series the row that stands there, or the nearest,
// with the day of its own.
import type { JSX } from 'preact';
import type { Json, Row } from '../answer';
import { type Hover, isElsewhere } from '../figures/hover';
import { type Series, alongText } from '../figures/reading';
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
  /// What the other answer of a comparison is called.
  other: string;
}

/// What was observed has a name in its row.
function nameOf(series: Series, row: Row, other: string): string {
  const own = series.mark === 'points' && typeof row.name === 'string' ? row.name : series.name;
  const placed = series.mark === 'strip' && series.part ? `${series.part}: ${own}` : own;
  return series.against ? `${other}: ${placed}` : placed;
}

export function Readout({ hover, colours, left, width, other }: ReadoutProps): JSX.Element {
  const side = left > width / 2 ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` };
  return (
    <div class="readout" style={side} role="status">
      <b>{hover.label}</b>
      <table>
        <tbody>
          {hover.items.map(({ series, reading, at }) => (
            <tr key={`${series.part}${series.name}${series.layerIndex}${series.against}`}>
              <td>
                <i style={{ background: stripColour(series, reading.value) ?? colours.get(series) }} />
                {nameOf(series, reading.placed.row, other)}
              </td>
              <td class="number">
                <Value value={reading.value} column={series.column} path={reading.path} />
              </td>
              <td class={isElsewhere({ series, reading, at }, hover.day) ? 'when elsewhere' : 'when'}>
                {alongText(reading.along)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
