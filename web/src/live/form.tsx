// The form: every value of the scenario in the sections of its schema, found by words, changed one by one.
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Fact } from '../answer';
import { useView } from '../state';
import { type Problem } from './api';
import { FieldRow } from './field';
import { groupsOf, matches, type Field, type Group, type OpenSection } from './sections';
import { ask, revealed, revertAll, setAuto, setValue, useLive } from './store';
import { Wrong } from './dialog';
import { partsOfSet } from './written';

interface Shared {
  sets: Map<string, string>;
  before: Map<string, Fact>;
  wrong: Problem | undefined;
  wanted: string[];
  onlyChanged: boolean;
  /// Open whatever the reader opened: a search that finds little, or changes alone.
  unfold: boolean;
  add: (path: string) => void;
}

/// The key that a message is about, where it is one of the form's or inside one.
const isAbout = (key: string | undefined, path: string): boolean =>
  key !== undefined && (key === path || key.startsWith(`${path}.`));

function kept(fields: Field[], shared: Shared): Field[] {
  return fields.filter((f) => (!shared.onlyChanged || shared.sets.has(f.path)) && matches(f, shared.wanted));
}

function count(group: Group, shared: Shared, unset: boolean): number {
  return (
    kept(group.fields, shared).length +
    (unset ? kept(group.unset, shared).length : 0) +
    group.groups.reduce((n, g) => n + count(g, shared, unset), 0)
  );
}

const changedIn = (group: Group, shared: Shared): number =>
  group.fields.filter((f) => shared.sets.has(f.path)).length +
  group.groups.reduce((n, g) => n + changedIn(g, shared), 0);

const wrongIn = (group: Group, shared: Shared): boolean =>
  [...group.fields, ...group.unset].some((f) => isAbout(shared.wrong?.key, f.path)) ||
  group.groups.some((g) => wrongIn(g, shared));

function row(field: Field, shared: Shared): JSX.Element {
  return (
    <FieldRow
      key={field.path}
      field={field}
      set={shared.sets.get(field.path)}
      before={shared.before.get(field.path)?.value}
      wrong={isAbout(shared.wrong?.key, field.path) ? shared.wrong : undefined}
    />
  );
}

function GroupOf({ group, shared, depth }: { group: Group; shared: Shared; depth: number }): JSX.Element | null {
  const empty = group.fields.length === 0 && group.groups.length === 0;
  const [opened, setOpened] = useState(depth === 0 && group.path === '');
  const [more, setMore] = useState(false);
  const narrowed = shared.wanted.length > 0 || shared.onlyChanged;
  const found = count(group, shared, true);
  const changed = changedIn(group, shared);
  const taken = shared.sets.get(group.path);
  if (narrowed && found === 0) return null;
  const isOpen = opened || shared.unfold || wrongIn(group, shared);
  const unset =
    narrowed || more || empty ? kept(group.unset, shared) : group.unset.filter((f) => shared.sets.has(f.path));
  const hidden = group.unset.length - unset.length;
  return (
    <details class={`group depth-${depth}`} open={isOpen} onToggle={(e) => setOpened(e.currentTarget.open)}>
      <summary>
        <span class="group-title">
          {group.title}
          {group.called && <small> {group.called}</small>}
        </span>
        {changed > 0 && <span class="mark">{changed} changed</span>}
        <span class="group-count">{empty ? 'not given' : count(group, shared, false)}</span>
      </summary>
      {isOpen && (
        <div class="group-inside">
          {group.meaning && <p class="meaning">{group.meaning}</p>}
          {kept(group.fields, shared).map((f) => row(f, shared))}
          {unset.map((f) => row(f, shared))}
          {hidden > 0 && !narrowed && (
            <button type="button" class="link more-keys" onClick={() => setMore(true)}>
              {hidden} more {hidden === 1 ? 'key' : 'keys'} that could be given
            </button>
          )}
          {group.groups.map((g) => (
            <GroupOf key={g.path} group={g} shared={shared} depth={depth + 1} />
          ))}
          {!narrowed &&
            group.path !== '' &&
            group.open.map((o) => (
              <Add key={o.path} path={o.path} title={o.title} meaning={o.meaning} add={shared.add} />
            ))}
          {group.named && !narrowed && (
            <button
              type="button"
              class="link more-keys"
              onClick={() => setValue(group.path, taken === 'false' ? undefined : 'false')}
            >
              take {group.title} out
            </button>
          )}
        </div>
      )}
    </details>
  );
}

/// A new entry of a section whose entries have names of one's own.
function Add({
  path,
  title,
  meaning,
  add,
}: {
  path: string;
  title: string;
  meaning: string;
  add: (path: string) => void;
}): JSX.Element {
  const [name, setName] = useState('');
  const good = /^[A-Za-z0-9 ,_-]+$/.test(name);
  const submit = (): void => {
    if (!good) return;
    add(`${path}.${name.trim()}`);
    setName('');
  };
  return (
    <div class="add">
      <input
        aria-label={`Name of another ${title}`}
        title={meaning}
        placeholder={`name of another ${title}`}
        value={name}
        onInput={(e) => setName(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter') submit();
        }}
      />
      <button type="button" disabled={!good} onClick={submit}>
        Add {title}
      </button>
    </div>
  );
}

function Draws(): JSX.Element {
  const live = useLive('start', 'auto');
  const view = useView();
  const one = (key: 'trials' | 'seed', label: string, most: number): JSX.Element => (
    <label>
      {label}
      <input
        type="number"
        min={0}
        max={most}
        step="1"
        value={view[key] ?? String(live.start?.[key] ?? '')}
        onChange={(e) => {
          const typed = e.currentTarget.value;
          ask({ [key]: typed === '' || Number(typed) === live.start?.[key] ? undefined : typed });
        }}
      />
    </label>
  );
  return (
    <div class="draws">
      {one('trials', 'Trials', 100000)}
      {one('seed', 'Seed', 2 ** 31 - 1)}
      <label class="check">
        <input type="checkbox" checked={live.auto} onChange={(e) => setAuto(e.currentTarget.checked)} />
        run on change
      </label>
    </div>
  );
}

export function Form(): JSX.Element | null {
  const live = useLive('scenario', 'checked', 'wrong', 'reveal');
  const view = useView();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState<string[]>([]);
  const [onlyChanged, setOnlyChanged] = useState(false);
  const [added, setAdded] = useState<string[]>([]);
  const pause = useRef(0);
  const form = useRef<HTMLFormElement>(null);
  const { scenario, reveal } = live;
  useEffect(() => {
    setAdded([]);
    setTyped('');
    setWords([]);
  }, [scenario?.name]);
  useEffect(() => {
    clearTimeout(pause.current);
    pause.current = window.setTimeout(() => setWords(typed.toLowerCase().split(/\s+/).filter(Boolean)), 150);
  }, [typed]);
  // A key that was asked for elsewhere is found and takes the keyboard.
  useEffect(() => {
    if (reveal === undefined) return;
    setTyped(reveal);
    setWords([reveal.toLowerCase()]);
    setOnlyChanged(false);
    setTimeout(() =>
      form.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(reveal)}"] :is(input, select)`)?.focus(),
    );
    revealed();
  }, [reveal]);
  const values = live.checked?.values ?? scenario?.values ?? [];
  const sets = useMemo(() => new Map(view.set.map(partsOfSet)), [view.set]);
  const before = useMemo(() => new Map((scenario?.values ?? []).map((f) => [f.key, f])), [scenario]);
  const groups = useMemo(() => {
    // What is given for the first time has a place though the program has not found it good yet.
    const given = view.set.map((s) => partsOfSet(s)[0].replace(/\.[^.]*$/, ''));
    return groupsOf(values, scenario?.schema.sections ?? [], [...added, ...given]);
  }, [values, scenario, added, view.set]);
  if (!scenario) return null;
  const found = groups.reduce((n, g) => n + count(g, { sets, before, wanted: words, onlyChanged } as Shared, false), 0);
  const shared: Shared = {
    sets,
    before,
    wrong: live.wrong,
    wanted: words,
    onlyChanged,
    unfold: onlyChanged || (words.length > 0 && found <= 60),
    add: (path) => setAdded([...added.filter((a) => a !== path), path]),
  };
  const fields = new Set(
    groups.flatMap(function all(g): string[] {
      return [...g.fields, ...g.unset].map((f) => f.path).concat(g.groups.flatMap(all));
    }),
  );
  const elsewhere = live.wrong && ![...fields].some((path) => isAbout(live.wrong!.key, path));
  const taken = view.set.map(partsOfSet).filter(([key, value]) => value === 'false' && !fields.has(key));
  return (
    <form ref={form} class="form" onSubmit={(e) => e.preventDefault()} aria-label="Values of the scenario">
      <div class="form-head">
        <input
          type="search"
          aria-label="Find a key"
          placeholder="Find a key, a value, a source"
          value={typed}
          onInput={(e) => setTyped(e.currentTarget.value)}
        />
        <Draws />
        {view.set.length > 0 && (
          <div class="changes">
            <label class="check">
              <input type="checkbox" checked={onlyChanged} onChange={(e) => setOnlyChanged(e.currentTarget.checked)} />
              only what is changed ({view.set.length})
            </label>
            <button type="button" class="link" onClick={revertAll}>
              revert all
            </button>
          </div>
        )}
        {elsewhere && <Wrong problem={live.wrong!} />}
        {taken.map(([key]) => (
          <p key={key} class="origin">
            <span class="mark">taken out</span> {key}{' '}
            <button type="button" class="link" onClick={() => setValue(key, undefined)}>
              put back
            </button>
          </p>
        ))}
        <p class="visually-hidden" role="status">
          {words.length > 0 ? `${found} values found` : ''}
        </p>
      </div>
      {groups.map((g) => (
        <GroupOf key={`${scenario.name}/${g.path}`} group={g} shared={shared} depth={0} />
      ))}
      {words.length > 0 && found === 0 && groups.every((g) => count(g, shared, true) === 0) && (
        <p class="meaning">No key has these words.</p>
      )}
      {words.length === 0 && <AddAtTop open={groups.find((g) => g.path === '')?.open ?? []} add={shared.add} />}
    </form>
  );
}

/// Entries of the sections at the top of the file: another order, another site.
function AddAtTop({ open, add }: { open: OpenSection[]; add: (path: string) => void }): JSX.Element | null {
  if (open.length === 0) return null;
  return (
    <details class="group depth-0">
      <summary>
        <span class="group-title">add an entry</span>
      </summary>
      <div class="group-inside">
        {open.map((o) => (
          <Add key={o.path} path={o.path} title={o.title} meaning={o.meaning} add={add} />
        ))}
      </div>
    </details>
  );
}
