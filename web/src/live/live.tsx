// The page when it is served: a form beside the answer, which is asked for again when a value changes.
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { AnswerPage } from '../page';
import { Guarded } from '../parts/broken';
import { links } from '../parts/links';
import { useView } from '../state';
import { Bar } from './bar';
import { CatalogWindow } from './catalog';
import { CommandsWindow } from './commands';
import { Wrong } from './dialog';
import { Form } from './form';
import { open, openCatalog, useWindow } from './open';
import { SaveWindow } from './save';
import { ScenariosWindow } from './scenarios';
import { acceptFile, begin, linkDiffers, redo, reveal, setValue, undo, upToDate, useLive, watch } from './store';
import { partsOfSet, said } from './written';
import './live.css';

/// Without a session: what is wrong and where the link is; a link or token can be pasted.
function Refusal(): JSX.Element {
  const live = useLive();
  const [typed, setTyped] = useState('');
  return (
    <main id="content" class="alone">
      <h1>Orrery</h1>
      {live.refused && <Wrong problem={live.refused} />}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void begin(/token=([^&\s]+)/.exec(typed)?.[1] ?? (typed.trim() || undefined));
        }}
      >
        <label>
          Link or token that <code>orrery view</code> printed
          <input value={typed} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit" class="primary">
          {typed.trim() ? 'Open' : 'Try again'}
        </button>
      </form>
    </main>
  );
}

/// The values that the answer was asked with, where they are not the file's.
function Changes(): JSX.Element | null {
  const live = useLive();
  const set = live.shown?.question?.set ?? [];
  if (set.length === 0) return null;
  const before = new Map((live.scenario?.values ?? []).map((f) => [f.key, f.value]));
  return (
    <section class="changes-shown" aria-label="Changed values">
      <span class="changes-title">Changed</span>
      <ul>
        {set.map(partsOfSet).map(([key, value]) => (
          <li key={key}>
            <code>{key}</code> {before.has(key) && <s>{before.get(key)}</s>} {said(value)}
            <button type="button" class="plain" aria-label={`Revert ${key}`} onClick={() => setValue(key, undefined)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Notices(): JSX.Element {
  const live = useLive();
  useView();
  const fresh = upToDate();
  const key = live.wrong?.key;
  return (
    <div class="notices">
      {live.scenarioProblem && <Wrong problem={live.scenarioProblem} />}
      {linkDiffers() && (
        <p class="notice" role="status">
          The file of {live.scenario?.name} is not the one that this link was made with: the answer may differ from what
          was shared.{' '}
          <button type="button" class="link" onClick={acceptFile}>
            Go on with the file as it is
          </button>
        </p>
      )}
      {live.runProblem && <Wrong problem={live.runProblem} />}
      {live.wrong && live.shown && (
        <p class="notice" role="status">
          What is shown is the answer before a value that is not good: {live.wrong.message}{' '}
          {key && (
            <button type="button" class="link" onClick={() => reveal(key)}>
              Go to it
            </button>
          )}
        </p>
      )}
      {!fresh && !live.wrong && !live.scenarioProblem && !live.running && live.shown && (
        <p class="notice" role="status">
          The values have changed since this answer; it has not been run again.
        </p>
      )}
    </div>
  );
}

/// Ctrl+K opens the commands, Ctrl+Z and Ctrl+Shift+Z undo and redo outside of what is being typed.
function onKey(e: KeyboardEvent): void {
  if (!(e.ctrlKey || e.metaKey) || e.altKey) return;
  const key = e.key.toLowerCase();
  if (key === 'k') {
    e.preventDefault();
    return open({ name: 'commands' });
  }
  const target = e.target as HTMLElement | null;
  if (target?.closest('input, textarea, dialog')) return;
  if (key === 'z') {
    e.preventDefault();
    (e.shiftKey ? redo : undo)();
  } else if (key === 'y') {
    e.preventDefault();
    redo();
  }
}

const wide = window.matchMedia('(min-width: 1000px)');

export function Live(): JSX.Element {
  const live = useLive(
    'phase',
    'scenario',
    'reveal',
    'shown',
    'running',
    'said',
    'scenarioProblem',
    'runProblem',
    'wrong',
  );
  const view = useView();
  const shownWindow = useWindow();
  const [inputs, showInputs] = useState(wide.matches);
  useEffect(() => {
    links.catalog = openCatalog;
    const off = watch();
    void begin();
    document.addEventListener('keydown', onKey);
    return () => {
      off();
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  // Only an answer of a scenario has a form that its keys lead to.
  links.edit = live.scenario ? reveal : undefined;
  useEffect(() => {
    if (live.reveal !== undefined) showInputs(true);
  }, [live.reveal]);
  const answer = live.shown?.answer;
  // Neither is drawn again while a run tells how far it is.
  const form = useMemo(() => <Form />, []);
  const page = useMemo(
    () =>
      answer && (
        <Guarded key={answer}>
          <AnswerPage
            answer={answer}
            before={
              <>
                <Notices />
                <Changes />
              </>
            }
          />
        </Guarded>
      ),
    [answer],
  );
  if (live.phase === 'refused') return <Refusal />;
  const stale = live.shown !== undefined && (live.running !== undefined || !upToDate());
  return (
    <div class={`live${inputs && live.scenario ? ' with-inputs' : ''}`}>
      <a
        class="skip"
        href="#content"
        onClick={(e) => (e.preventDefault(), document.getElementById('content')?.focus())}
      >
        To the answer
      </a>
      <Bar inputs={inputs} showInputs={showInputs} />
      <div class="live-body">
        {live.scenario && (
          <aside
            id="inputs"
            class="inputs"
            aria-label="Inputs"
            aria-busy={live.scenario.name !== view.scenario}
            hidden={!inputs}
          >
            {form}
          </aside>
        )}
        <div class={`results${stale ? ' stale' : ''}`} aria-busy={live.running !== undefined}>
          {page ?? (
            <main id="content" class="waiting" tabIndex={-1}>
              <Notices />
              {!live.scenarioProblem && !live.runProblem && !live.wrong && (
                <p>{live.running ? 'The first answer is on its way.' : 'Reading the scenario.'}</p>
              )}
            </main>
          )}
        </div>
      </div>
      <p class="said" role="status">
        {live.said ?? ''}
      </p>
      {shownWindow?.name === 'scenarios' && <ScenariosWindow />}
      {shownWindow?.name === 'save' && <SaveWindow />}
      {shownWindow?.name === 'commands' && <CommandsWindow />}
      {shownWindow?.name === 'catalog' && <CatalogWindow at={shownWindow} />}
    </div>
  );
}
