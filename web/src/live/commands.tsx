// Everything that can be done, found by words (Ctrl+K): commands, scenarios, chapters, keys of the form.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { words } from '../format';
import { change, view } from '../state';
import { theme } from '../theme';
import { share } from './bar';
import { Dialog } from './dialog';
import { close, open } from './open';
import {
  ask,
  cancelRun,
  openScenario,
  pin,
  redo,
  reveal,
  revertAll,
  run,
  setAuto,
  undo,
  useLive,
  type Live,
} from './store';

interface Command {
  name: string;
  detail?: string;
  act: () => void;
}

function commandsOf(live: Live): Command[] {
  const { set, scenario, against } = view();
  const out: Command[] = [];
  const add = (when: boolean, name: string, act: () => void, detail?: string): void => {
    if (when) out.push({ name, act, detail });
  };
  const there = !!live.scenario;
  add(there && !live.running, 'Run', () => void run());
  add(!!live.running, 'Cancel the run', cancelRun);
  add(live.steps > 0, 'Undo', undo, 'Ctrl+Z');
  add(live.undone > 0, 'Redo', redo, 'Ctrl+Shift+Z');
  add(set.length > 0, 'Revert all changed values', revertAll);
  add(there, live.auto ? 'Do not run on change' : 'Run on change', () => setAuto(!live.auto));
  add(there && against !== scenario, 'Compare with the scenario as in its file', () => ask({ against: scenario }));
  add(against !== undefined, 'Compare with nothing', () => ask({ against: undefined }));
  add(there, 'Pin this run', pin);
  add(there, 'Share: copy the link to this view', () => void share());
  add(there, 'Save as a scenario file', () => open({ name: 'save' }));
  add(true, 'Open another scenario', () => open({ name: 'scenarios' }));
  add(true, 'Browse the catalog', () => open({ name: 'catalog' }));
  add(true, theme() === 'dark' ? 'Light theme' : 'Dark theme', () =>
    change({ theme: theme() === 'dark' ? 'light' : 'dark' }),
  );
  add(true, 'Print', () => setTimeout(() => window.print()));
  for (const chapter of new Set((live.shown?.answer.figures ?? []).map((f) => f.chapter ?? '')))
    add(chapter !== '', chapter, () => change({ tab: chapter }, true), 'chapter');
  for (const s of live.list)
    add(s.name !== scenario && s.kind !== null, s.title || s.name, () => openScenario(s.name), `scenario ${s.name}`);
  for (const f of live.checked?.values ?? live.scenario?.values ?? []) add(true, f.key, () => reveal(f.key), f.value);
  return out;
}

export function CommandsWindow(): JSX.Element {
  const live = useLive();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const all = useMemo(() => commandsOf(live), [live]);
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all
    .filter((c) => wanted.every((w) => `${c.name} ${words(c.name)} ${c.detail ?? ''}`.toLowerCase().includes(w)))
    .slice(0, 60);
  const here = Math.min(at, found.length - 1);
  const act = (command: Command | undefined): void => {
    if (!command) return;
    close();
    command.act();
  };
  const move = (by: number): void => {
    const next = (here + by + found.length) % found.length;
    setAt(next);
    document.getElementById(`command-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog title="Commands" kind="narrow" close={close}>
      <input
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found.length ? `command-${here}` : undefined}
        aria-label="Find a command, a scenario, a chapter or a key"
        placeholder="Find a command, a scenario, a chapter, a key"
        value={typed}
        autofocus
        onInput={(e) => {
          setTyped(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
            e.preventDefault();
            if (found.length) move(e.key === 'ArrowDown' ? 1 : -1);
          } else if (e.key === 'Enter') {
            e.preventDefault();
            act(found[here]);
          }
        }}
      />
      <ul id="commands" class="window-scroll commands" role="listbox" aria-label="Commands">
        {found.map((command, i) => (
          <li
            key={`${command.detail ?? ''}/${command.name}`}
            id={`command-${i}`}
            role="option"
            aria-selected={i === here}
            onMouseMove={() => setAt(i)}
            onClick={() => act(command)}
          >
            <span class="choice-title">{command.name}</span>
            {command.detail && <span class="choice-name">{command.detail}</span>}
          </li>
        ))}
        {found.length === 0 && <li class="meaning">Nothing has these words.</li>}
      </ul>
    </Dialog>
  );
}
