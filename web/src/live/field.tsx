// One key of a scenario: its value as text, what it means, where it comes from, what is wrong with it.
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { words } from '../format';
import type { Problem } from './api';
import { Editor } from './distribution';
import { openCatalog } from './open';
import { isDay, mayChange, mayVary, type Field } from './sections';
import { setValue, wrongWith } from './store';
import { read, said, sent } from './written';

interface FieldProps {
  field: Field;
  /// What stands behind --set where it is changed.
  set: string | undefined;
  /// What the scenario itself says.
  before: string | undefined;
  /// What is wrong with what was given.
  wrong: Problem | undefined;
}

export function FieldRow({ field, set, before, wrong }: FieldProps): JSX.Element {
  const id = useId();
  const { fact, schema, path } = field;
  const shown = set !== undefined ? said(set) : (fact?.value ?? '');
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [doubt, setDoubt] = useState<Problem | undefined>(undefined);
  const [editing, setEditing] = useState(false);
  const timer = useRef(0);
  const abort = useRef<AbortController>();
  const quiet = (): void => {
    clearTimeout(timer.current);
    abort.current?.abort();
  };
  useEffect(() => quiet, []);
  // What was changed elsewhere (taken back, reverted) replaces what was typed.
  useEffect(() => {
    setTyped(undefined);
    setDoubt(undefined);
  }, [shown]);

  const give = (value: string): void => {
    quiet();
    setDoubt(undefined);
    setTyped(undefined);
    if (value === shown) return;
    if (value.trim() === '') return setValue(path, undefined);
    const given = sent(value, schema);
    setValue(path, given === before ? undefined : given);
  };
  const typing = (value: string): void => {
    setTyped(value);
    setDoubt(undefined);
    quiet();
    if (value.trim() === '' || value === shown) return;
    timer.current = window.setTimeout(() => {
      const mine = (abort.current = new AbortController());
      void wrongWith(path, sent(value, schema), mine.signal).then((problem) => {
        if (!mine.signal.aborted) setDoubt(problem);
      });
    }, 350);
  };

  if (field.fixed)
    return (
      <div class="field fixed" data-key={path}>
        <div class="field-value">
          <span class="fixed-name" title={path}>
            {words(field.name)}
          </span>
          <span>{fact?.value}</span>
        </div>
        <Origin field={field} set={undefined} before={before} />
      </div>
    );
  const problem = doubt ?? (typed === undefined ? wrong : undefined);
  const changed = set !== undefined;
  const day = isDay(schema);
  const notes = [`${id}-meaning`, problem ? `${id}-wrong` : ''].filter(Boolean).join(' ');
  const choice = schema?.type === 'boolean';
  const placeholder = schema && schema.default !== 'none' ? schema.default : 'not given';
  return (
    <div
      class={`field${shown.length > 22 ? ' long' : ''}${changed ? ' changed' : ''}${problem ? ' in-doubt' : ''}`}
      data-key={path}
    >
      <div class="field-value">
        <label for={id} title={path}>
          {words(field.name)}
        </label>
        {choice ? (
          <select
            id={id}
            value={shown === 'true' || shown === 'yes' ? 'true' : 'false'}
            aria-describedby={notes}
            onChange={(e) => give(e.currentTarget.value)}
          >
            <option value="true">yes</option>
            <option value="false">no</option>
          </select>
        ) : (
          <input
            id={id}
            value={typed ?? shown}
            placeholder={placeholder}
            spellcheck={false}
            autocomplete="off"
            aria-describedby={notes}
            aria-invalid={problem !== undefined}
            title={typed ?? shown}
            onInput={(e) => typing(e.currentTarget.value)}
            onChange={(e) => give(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.key === 'Enter') give(e.currentTarget.value);
              else if (e.key === 'Escape' && typed !== undefined) {
                e.stopPropagation();
                quiet();
                setTyped(undefined);
                setDoubt(undefined);
              }
            }}
          />
        )}
        {mayChange(schema) && (
          <button
            type="button"
            class="plain shape"
            aria-expanded={editing}
            aria-label={`${words(field.name)}: a range, a distribution or a change`}
            title="a range, a distribution or a change"
            onClick={() => setEditing(!editing)}
          >
            ±
          </button>
        )}
        {changed && (
          <button
            type="button"
            class="plain shape"
            onClick={() => setValue(path, undefined)}
            aria-label={`Revert ${path}`}
            title="revert"
          >
            ↺
          </button>
        )}
      </div>
      {editing && (
        <Editor
          now={set ?? fact?.value ?? ''}
          stands={fact?.value ?? before ?? ''}
          varies={mayVary(schema)}
          day={day}
          close={() => setEditing(false)}
          use={(value) => {
            setEditing(false);
            if (value !== shown) setValue(path, sent(value, schema));
          }}
        />
      )}
      {problem && (
        <p class="wrong" id={`${id}-wrong`} role="alert">
          {saidOf(problem, path)}
        </p>
      )}
      <div class="field-notes" id={`${id}-meaning`}>
        {schema?.meaning && <span class="meaning">{schema.meaning}</span>}
        {schema && schema.type !== 'text' && (
          <span class="example">
            written{' '}
            {schema.unit && !schema.value.includes(schema.unit) ? `${schema.value}, ${schema.unit}` : schema.value}
          </span>
        )}
        {fact &&
          !changed &&
          schema &&
          schema.default !== 'none' &&
          schema.default !== 'must be given' &&
          fact.origin !== 'default' && <span class="example">default: {schema.default}</span>}
      </div>
      <Origin field={field} set={set} before={before} />
    </div>
  );
}

/// The message without the key that it stands at.
function saidOf(problem: Problem, path: string): string {
  if (problem.problem && (!problem.key || problem.key === path))
    return problem.problem + (problem.remedy ? `; ${problem.remedy}` : '');
  return problem.message;
}

/// Where the value comes from, on what basis.
function Origin({
  field,
  set,
  before,
}: {
  field: Field;
  set: string | undefined;
  before: string | undefined;
}): JSX.Element | null {
  const { fact, schema } = field;
  if (set !== undefined) {
    const from = read(set);
    return (
      <p class="origin">
        <span class="mark">changed</span>
        {fact && fact.value !== said(set) && fact.value !== before && <span>now {fact.value}</span>}
        {from.basis && <span class={`basis ${from.basis}`}>{from.basis}</span>}
        {from.note && <span>{from.note}</span>}
        <span>{before === undefined ? `was not given; default: ${schema?.default ?? 'none'}` : `was ${before}`}</span>
      </p>
    );
  }
  if (!fact) return null;
  const { origin, where, basis, source, date, note } = fact;
  return (
    <p class="origin">
      <span class="mark">{origin}</span>
      {basis && <span class={`basis ${basis}`}>{basis}</span>}
      {where &&
        (origin === 'catalog' ? (
          <button type="button" class="link" onClick={() => openCatalog(where)}>
            {where}
          </button>
        ) : (
          <span title={where}>{origin === 'scenario' ? where.replace(/^.*\//, '') : where}</span>
        ))}
      {source && (
        <span>
          {source}
          {date ? `, ${date}` : ''}
        </span>
      )}
      {note && <span>{note}</span>}
    </p>
  );
}
