// The catalog: kinds of facts, their entries, and every figure with its value, range, basis, source and date.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isRow, type Json } from '../answer';
import { amount, exact, words } from '../format';
import * as api from './api';
import { Dialog, Wrong } from './dialog';
import { close, open, type Window } from './open';
import { problemOf } from './store';

const asked = new Map<string, Promise<unknown>>();

/// What the server said once; facts do not change while it runs.
function useAsked<T>(key: string | undefined, request: () => Promise<T>): { got?: T; problem?: api.Problem } {
  const [answer, setAnswer] = useState<{ key?: string; got?: T; problem?: api.Problem }>({});
  useEffect(() => {
    if (key === undefined) return;
    let mine = true;
    const pending = (asked.get(key) as Promise<T> | undefined) ?? request();
    asked.set(key, pending);
    pending.then(
      (got) => mine && setAnswer({ key, got }),
      (error) => {
        asked.delete(key);
        if (mine) setAnswer({ key, problem: problemOf(error) });
      },
    );
    return () => {
      mine = false;
    };
  }, [key]);
  return answer.key === key ? answer : {};
}

const isFigure = (value: unknown): value is api.CatalogFigure => isRow(value as Json) && 'value' in (value as object);

function Exact({ value, unit }: { value: number; unit: string }): JSX.Element {
  return (
    <span title={exact(value)} data-value={exact(value)}>
      {amount(value, unit)}
    </span>
  );
}

function FigureValue({ figure }: { figure: api.CatalogFigure }): JSX.Element {
  const { value, text, unit } = figure;
  const said = text ?? (Array.isArray(value) ? value.map((v) => exact(v as Json)).join(', ') : exact(value as Json));
  return (
    <>
      <span {...(typeof value === 'number' ? { title: exact(value), 'data-value': exact(value) } : {})}>{said}</span>
      {unit && figure.p10 !== undefined && figure.p90 !== undefined && (
        <small>
          P10 to P90 <Exact value={figure.p10} unit={unit} /> to <Exact value={figure.p90} unit={unit} />
        </small>
      )}
    </>
  );
}

function Figures({
  figures,
  marked,
  label,
}: {
  figures: { [name: string]: api.CatalogFigure };
  marked: string | undefined;
  label: string;
}): JSX.Element {
  const target = useRef<HTMLTableRowElement>(null);
  useEffect(() => target.current?.scrollIntoView({ block: 'center' }), [marked, figures]);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="entry-figures">
        <thead>
          <tr>
            <th scope="col">figure</th>
            <th scope="col">value</th>
            <th scope="col">basis</th>
            <th scope="col">source</th>
            <th scope="col">date</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(figures).map(([name, figure]) => (
            <tr key={name} ref={name === marked ? target : undefined} class={name === marked ? 'sought' : ''}>
              <th scope="row">{words(name)}</th>
              <td>
                <FigureValue figure={figure} />
              </td>
              <td>{figure.basis && <span class={`basis ${figure.basis}`}>{figure.basis}</span>}</td>
              <td>
                {figure.source}
                {figure.note && <small>{figure.note}</small>}
              </td>
              <td>
                {figure.date}
                {figure.dollars_of !== undefined && <small>dollars of {exact(figure.dollars_of)}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/// The parts of an entry, such as the tasks of a class of construction, whatever depth they are at.
function Parts({ of, path, marked }: { of: unknown; path: string; marked: string | undefined }): JSX.Element | null {
  if (Array.isArray(of))
    return (
      <>
        {of.map((part, i) => (
          <Parts
            key={i}
            of={part}
            path={`${path} ${isRow(part as Json) && typeof part.name === 'string' ? part.name : i + 1}`}
            marked={marked}
          />
        ))}
      </>
    );
  if (!isRow(of as Json)) return null;
  const entries = Object.entries(of as { [key: string]: unknown });
  const figures = Object.fromEntries(entries.filter(([, v]) => isFigure(v))) as { [name: string]: api.CatalogFigure };
  const own = path.trim().split(/\s+/).join('.');
  return (
    <>
      {Object.keys(figures).length > 0 && (
        <>
          {path && <h4>{words(path)}</h4>}
          <Figures
            figures={figures}
            label={path || 'figures'}
            marked={marked?.startsWith(`${own}.`) ? marked.slice(own.length + 1) : marked}
          />
        </>
      )}
      {entries
        .filter(([, v]) => !isFigure(v) && typeof v === 'object' && v !== null)
        .map(([name, v]) => (
          <Parts
            key={name}
            of={v}
            path={name === 'figures' || name === 'parts' ? path : `${path} ${name}`}
            marked={marked}
          />
        ))}
    </>
  );
}

function Entry({ kind, name, marked }: { kind: string; name: string; marked: string | undefined }): JSX.Element {
  const { got, problem } = useAsked(`${kind}/${name}`, () => api.catalogEntry(kind, name));
  if (problem) return <Wrong problem={problem} />;
  if (!got) return <p class="meaning">Reading {name}.</p>;
  return (
    <article class="entry">
      <h3>{got.title || got.name}</h3>
      <p class="meaning">
        {kind}/{got.name}
        {got.aliases && got.aliases.length > 0 && <> · also {got.aliases.join(', ')}</>}
        {got.place && <> · {got.place.replace(/^.*\/(?=catalog\/)/, '')}</>}
      </p>
      <Parts of={{ figures: got.figures, parts: got.parts }} path="" marked={marked} />
    </article>
  );
}

type CatalogPlace = Extract<Window, { name: 'catalog' }>;

export function CatalogWindow({ at }: { at: CatalogPlace }): JSX.Element {
  const [typed, setTyped] = useState('');
  const kinds = useAsked('', api.catalogKinds);
  const entries = useAsked(at.kind, () => api.catalogEntries(at.kind!));
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (...texts: (string | undefined)[]): boolean =>
    wanted.every((w) => texts.join(' ').toLowerCase().includes(w));
  const go = (kind?: string, entry?: string): void => open({ name: 'catalog', kind, entry });
  const steps = (
    <nav class="steps" aria-label="Place in the catalog">
      <button type="button" class="link" onClick={() => go()} disabled={!at.kind}>
        all kinds
      </button>
      {at.kind && (
        <button type="button" class="link" onClick={() => go(at.kind)} disabled={!at.entry}>
          {words(at.kind)}
        </button>
      )}
      {at.entry && <span aria-current="page">{at.entry}</span>}
    </nav>
  );
  return (
    <Dialog title="Catalog" kind="broad" close={close}>
      {steps}
      {!at.entry && (
        <input
          type="search"
          aria-label={at.kind ? `Find an entry of ${at.kind}` : 'Find a kind'}
          placeholder={at.kind ? 'Find an entry' : 'Find a kind'}
          value={typed}
          onInput={(e) => setTyped(e.currentTarget.value)}
        />
      )}
      <div class="window-scroll">
        {kinds.problem && <Wrong problem={kinds.problem} />}
        {!at.kind && (
          <ul class="choices">
            {kinds.got
              ?.filter((k) => has(k.kind, k.meaning))
              .map((k) => (
                <li key={k.kind}>
                  <button
                    type="button"
                    onClick={() => {
                      setTyped('');
                      go(k.kind);
                    }}
                  >
                    <span class="choice-title">
                      {words(k.kind)} <span class="group-count">{exact(k.entries)}</span>
                    </span>
                    <span class="choice-name">{k.meaning}</span>
                  </button>
                </li>
              ))}
          </ul>
        )}
        {at.kind && !at.entry && entries.problem && <Wrong problem={entries.problem} />}
        {at.kind && !at.entry && (
          <ul class="choices">
            {entries.got
              ?.filter((e) => has(e.name, e.title, ...(e.aliases ?? [])))
              .map((e) => (
                <li key={e.name}>
                  <button type="button" onClick={() => go(at.kind, e.name)}>
                    <span class="choice-title">{e.title || e.name}</span>
                    <span class="choice-name">{e.name}</span>
                  </button>
                </li>
              ))}
          </ul>
        )}
        {at.kind && at.entry && (
          <Entry key={`${at.kind}/${at.entry}`} kind={at.kind} name={at.entry} marked={at.figure} />
        )}
      </div>
    </Dialog>
  );
}
