// The small editor of one value: certain, a distribution, or a change of what stands there.
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { bases, changes, formOf, read, type Shape, shapes, write, type Written } from './written';

interface EditorProps {
  /// The value in force, as the report or a file writes it.
  now: string;
  /// What a change in force makes of it.
  stands: string;
  varies: boolean;
  /// A day is moved by days, not by a factor.
  day: boolean;
  use: (value: string) => void;
  close: () => void;
}

const isChange = (shape: Shape): boolean => changes.some((f) => f.shape === shape);

/// The parts of a value in another shape: what both have in common is kept.
function reshaped(given: Written, shape: Shape, stands: string): Written {
  const now = isChange(given.shape) ? read(stands) : given;
  const parts = new Map(formOf(now.shape).parts.map(([key], i) => [key, now.parts[i] ?? '']));
  const middle =
    parts.get('mode') ?? parts.get('p50') ?? parts.get('median') ?? parts.get('mean') ?? parts.get('value') ?? '';
  const low = parts.get('low') ?? parts.get('p10') ?? middle,
    high = parts.get('high') ?? parts.get('p90') ?? middle;
  const guess: { [key: string]: string } = {
    value: middle,
    low,
    mode: middle,
    high,
    p10: low,
    p50: middle,
    p90: high,
    mean: middle,
    median: middle,
    values: [low, middle, high].filter(Boolean).join('; '),
    times: '1.1',
    longer: '30 days',
    shorter: '2 weeks',
  };
  return { ...now, shape, parts: formOf(shape).parts.map(([key]) => parts.get(key) ?? guess[key] ?? '') };
}

export function Editor({ now, stands, varies, day, use, close }: EditorProps): JSX.Element {
  const id = useId();
  const [written, setWritten] = useState<Written>(() => read(now));
  const offered = varies ? shapes : shapes.slice(0, 1);
  const given = written.parts.every((p) => p.trim() !== '');
  const submit = (): void => {
    if (given) use(write(written));
  };
  return (
    <div
      class="editor"
      role="group"
      aria-label="How the value is given"
      onKeyDown={(e) => {
        if (e.key === 'Escape') {
          e.stopPropagation();
          close();
        } else if (e.key === 'Enter' && e.target instanceof HTMLInputElement) submit();
      }}
    >
      <select
        aria-label="Kind of value"
        value={written.shape}
        onChange={(e) => setWritten(reshaped(written, e.currentTarget.value as Shape, stands))}
      >
        <optgroup label="Given">
          {offered.map((f) => (
            <option key={f.shape} value={f.shape}>
              {f.name}
            </option>
          ))}
        </optgroup>
        <optgroup label="Changed">
          {changes
            .filter((f) => !day || f.shape !== 'times')
            .map((f) => (
              <option key={f.shape} value={f.shape}>
                {f.name}
              </option>
            ))}
        </optgroup>
      </select>
      <div class="editor-parts">
        {formOf(written.shape).parts.map(([key, label], i) => (
          <label key={key} for={`${id}-${key}`}>
            {label}
            <input
              id={`${id}-${key}`}
              value={written.parts[i] ?? ''}
              spellcheck={false}
              onInput={(e) => {
                const value = e.currentTarget.value;
                setWritten({ ...written, parts: written.parts.map((p, n) => (n === i ? value : p)) });
              }}
            />
          </label>
        ))}
      </div>
      {!isChange(written.shape) && (
        <div class="editor-parts">
          <label for={`${id}-basis`}>
            basis
            <select
              id={`${id}-basis`}
              value={written.basis ?? ''}
              onChange={(e) => setWritten({ ...written, basis: e.currentTarget.value || undefined })}
            >
              <option value="">not said</option>
              {bases.map((b) => (
                <option key={b} value={b}>
                  {b}
                </option>
              ))}
            </select>
          </label>
          <label for={`${id}-note`}>
            source or note
            <input
              id={`${id}-note`}
              value={written.note ?? ''}
              onInput={(e) => setWritten({ ...written, note: e.currentTarget.value })}
            />
          </label>
        </div>
      )}
      <div class="editor-end">
        <button type="button" class="primary" disabled={!given} onClick={submit}>
          Use
        </button>
        <button type="button" onClick={close}>
          Leave
        </button>
      </div>
    </div>
  );
}
