// The box beside the pointer: the day, and of each series the row that stands there.
import type { JSX } from 'preact';
import type { Hover } from '../figures/hover';
import { dayText, type Series } from '../figures/reading';
import { text } from '../format';
import { Value } from './value';

interface ReadoutProps {
  hover: Hover;
  colours: Map<Series, string>;
  left: number;
  width: number;
}

export function Readout({ hover, colours, left, width }: ReadoutProps): JSX.Element {
  const side = left > width / 2 ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` };
  return (
    <div class="readout" style={side} role="status">
      <b>{dayText(hover.day)}</b>
      <table>
        <tbody>
          {hover.items.map(({ series, reading }) => (
            <tr key={`${series.name}${series.layerIndex}${series.against}`}>
              <td>
                <i style={{ background: colours.get(series) }} />
                {series.against ? `other: ${series.name}` : series.name || text(reading.placed.row.name, { key: 'name' })}
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
