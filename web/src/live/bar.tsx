// The bar above a live page: which scenario, what it is compared with, the run, and what can be done with it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useView } from '../state';
import { writeAgainst, readAgainst } from './question';
import { ThemeSwitch } from '../parts/theme_switch';
import { open } from './open';
import { ask, cancelRun, pin, redo, run, say, undo, upToDate, useLive } from './store';

/// The link to what is seen: the address, with the scenario's hash, the changed values and how it is looked at.
export async function share(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link to this view is copied.');
  } catch {
    say(`The link to this view: ${location.href}`);
  }
}

function Running(): JSX.Element {
  const live = useLive();
  const { running } = live;
  const fresh = upToDate();
  if (!running)
    return (
      <button
        type="button"
        class="primary"
        disabled={!!live.wrong || !live.scenario || (fresh && !!live.shown && !live.runProblem)}
        onClick={() => void run()}
      >
        Run
      </button>
    );
  const percent = Math.floor(100 * Math.min(1, Math.max(0, running.share)));
  return (
    <span class="running">
      <span class="progress-box">
        <span
          class="progress"
          role="progressbar"
          aria-label="Progress of the run"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={`${percent} %${running.pass ? `, ${running.pass}` : ''}`}
        >
          <span class="progress-done" style={{ width: `${percent}%` }} />
        </span>
        <span class="progress-text">
          {percent} %{running.pass ? ` ${running.pass}` : ''}
        </span>
      </span>
      <button type="button" onClick={cancelRun}>
        Cancel
      </button>
    </span>
  );
}

/// "Compare with": nothing, the scenario as its file says, a pinned run, another of the same kind.
function Compare(): JSX.Element {
  const live = useLive();
  const view = useView();
  const own = view.scenario ?? '';
  const kind = live.scenario?.kind;
  const others = live.list.filter((s) => s.kind === kind && s.name !== own);
  const now = view.against ?? '';
  const pins = live.pins.filter(
    (p) => live.list.length === 0 || live.list.some((s) => s.name === p.scenario && s.kind === kind),
  );
  const known =
    now === '' || now === own || pins.some((p) => writeAgainst(p) === now) || others.some((s) => s.name === now);
  const linked = known ? undefined : readAgainst(now);
  return (
    <label class="compare">
      Compare with
      <select value={now} onChange={(e) => ask({ against: e.currentTarget.value || undefined })}>
        <option value="">nothing</option>
        <option value={own}>{own} as in its file</option>
        {linked && (
          <option value={now}>
            {linked.scenario}
            {linked.set.length ? `: ${linked.set.join(', ')}` : ''}
          </option>
        )}
        {pins.filter((p) => writeAgainst(p) !== own && !others.some((s) => s.name === writeAgainst(p))).length > 0 && (
          <optgroup label="Pinned runs">
            {pins
              .filter((p) => writeAgainst(p) !== own && !others.some((s) => s.name === writeAgainst(p)))
              .map((p) => (
                <option key={p.label} value={writeAgainst(p)}>
                  {p.label}
                </option>
              ))}
          </optgroup>
        )}
        {others.length > 0 && (
          <optgroup label="Other scenarios of this kind">
            {others.map((s) => (
              <option key={s.name} value={s.name}>
                {s.title || s.name}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}

/// What a screen reader hears of a run: its beginning and its end, not each step.
function Spoken(): JSX.Element {
  const live = useLive();
  const [words, setWords] = useState('');
  const on = !!live.running;
  useEffect(() => {
    if (on) setWords('The run has started.');
    else if (live.runProblem) setWords('The run failed.');
    else if (live.shown) setWords('The answer is there.');
  }, [on, live.runProblem, live.shown]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {words}
    </p>
  );
}

interface BarProps {
  inputs: boolean;
  showInputs: (shown: boolean) => void;
}

export function Bar({ inputs, showInputs }: BarProps): JSX.Element {
  const live = useLive();
  const can = !!live.scenario;
  return (
    <header class="topbar" aria-label="Scenario and run">
      <button type="button" class="opener" onClick={() => open({ name: 'scenarios' })} aria-haspopup="dialog">
        <span class="opener-kind">{live.scenario?.kind ?? 'scenario'}</span>
        <span class="opener-name">{live.scenario?.title || live.scenario?.name || 'Open a scenario'}</span>
        <span aria-hidden="true">▾</span>
      </button>
      {can && (
        <>
          <button
            type="button"
            class="inputs-toggle"
            aria-expanded={inputs}
            aria-controls="inputs"
            onClick={() => showInputs(!inputs)}
          >
            Inputs
          </button>
          <div class="topbar-run">
            <Running />
          </div>
          <Compare />
        </>
      )}
      <div class="topbar-end">
        {can && (
          <>
            <button type="button" onClick={undo} disabled={live.steps === 0} aria-label="Undo" title="Undo (Ctrl+Z)">
              ↶
            </button>
            <button
              type="button"
              onClick={redo}
              disabled={live.undone === 0}
              aria-label="Redo"
              title="Redo (Ctrl+Shift+Z)"
            >
              ↷
            </button>
            <button type="button" onClick={pin} title="Keep these values, to compare with later">
              Pin
            </button>
            <button type="button" onClick={() => void share()} title="Copy the link to this view">
              Share
            </button>
            <button type="button" onClick={() => open({ name: 'save' })} aria-haspopup="dialog">
              Save
            </button>
          </>
        )}
        <button type="button" onClick={() => open({ name: 'catalog' })} aria-haspopup="dialog">
          Catalog
        </button>
        <button
          type="button"
          onClick={() => open({ name: 'commands' })}
          aria-haspopup="dialog"
          title="Commands (Ctrl+K)"
          aria-label="Commands"
        >
          ⌘
        </button>
        <ThemeSwitch />
      </div>
      <Spoken />
    </header>
  );
}
