// Which scenario: all that the server knows, by kind, found by words.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useView } from '../state';
import { Dialog } from './dialog';
import { close } from './open';
import { openScenario, refreshList, useLive } from './store';

/// Files that are no scenario, with what is wrong as their title.
const unreadable = 'cannot be read';

export function ScenariosWindow(): JSX.Element {
  const live = useLive();
  const view = useView();
  const [typed, setTyped] = useState('');
  useEffect(refreshList, []);
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = live.list.filter((s) =>
    wanted.every((w) => `${s.name} ${s.title} ${s.kind}`.toLowerCase().includes(w)),
  );
  const kinds = [...new Set(found.map((s) => s.kind ?? unreadable))];
  return (
    <Dialog title="Scenarios" close={close}>
      <input
        type="search"
        aria-label="Find a scenario"
        placeholder="Find a scenario"
        value={typed}
        onInput={(e) => setTyped(e.currentTarget.value)}
      />
      <div class="window-scroll" tabIndex={-1}>
        {kinds.map((kind) => (
          <section key={kind}>
            <h3>{kind}</h3>
            <ul class="choices">
              {found
                .filter((s) => (s.kind ?? unreadable) === kind)
                .map((s) => (
                  <li key={s.name}>
                    <button
                      type="button"
                      disabled={s.kind === null}
                      aria-current={s.name === view.scenario}
                      onClick={() => {
                        close();
                        openScenario(s.name);
                      }}
                    >
                      <span class="choice-title">{s.title || s.name}</span>
                      <span class="choice-name">
                        {s.name}
                        {s.own ? ' · your own' : ''}
                      </span>
                    </button>
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {found.length === 0 && (
          <p class="meaning">{live.list.length ? 'No scenario has these words.' : 'Reading the list.'}</p>
        )}
      </div>
    </Dialog>
  );
}
