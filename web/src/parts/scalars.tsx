// The single values of an answer, with their names.
import type { JSX } from 'preact';
import { type Answer, at, isRow, pathOf } from '../answer';
import { heading, unitOf } from '../format';
import { Value } from './value';

export function Scalars({ answer }: { answer: Answer }): JSX.Element | null {
  const scalars = (answer.shape?.scalars ?? []).filter((c) => {
    const value = at(answer, c.key);
    return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  });
  if (scalars.length === 0) return null;
  return (
    <section class="block">
      <h3>Values</h3>
      <dl class="scalars">
        {scalars.map((c) => {
          const value = at(answer, c.key);
          const unit = unitOf(c);
          return (
            <div key={c.key} class={isRow(value) ? 'wide' : ''}>
              <dt>{heading(c)}</dt>
              <dd>
                <Value value={value} column={c} path={pathOf(c.key)} />
                {unit && <small> {unit}</small>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
