// Keeping what was changed: as a scenario file in one's own folder, or as a file to download.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { download } from '../csv';
import { view } from '../state';
import * as api from './api';
import { Dialog, Wrong } from './dialog';
import { close } from './open';
import { openScenario, problemOf, refreshList, say, useLive } from './store';

/// Names that the server takes (src/view/library.cpp): nothing that leads elsewhere, is hidden or needs quotes.
const isName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name);

export function SaveWindow(): JSX.Element {
  const live = useLive();
  const base = live.scenario?.name ?? '';
  const [name, setName] = useState(live.scenario?.own ? base : `${base}-changed`);
  const [title, setTitle] = useState(live.scenario?.title ?? '');
  const [description, setDescription] = useState('');
  const [problem, setProblem] = useState<api.Problem | undefined>(undefined);
  const [saved, setSaved] = useState<string | undefined>(undefined);
  const folder = live.start?.save ?? null;
  const good = isName(name.trim());
  const body = (): api.Kept => ({
    base,
    set: view().set,
    ...(title.trim() && title.trim() !== live.scenario?.title ? { title: title.trim() } : {}),
    ...(description.trim() ? { description: description.trim() } : {}),
  });
  const attempt = async (doing: () => Promise<void>): Promise<void> => {
    setProblem(undefined);
    try {
      await doing();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const save = (): Promise<void> =>
    attempt(async () => {
      const written = await api.save(name.trim(), body());
      refreshList();
      setSaved(written.name);
      say(`Saved as ${written.name}.`);
    });
  const take = (): Promise<void> =>
    attempt(async () => {
      const { text } = await api.exported(body());
      download(`${name.trim()}.toml`, 'application/toml', text);
      say(`Downloaded ${name.trim()}.toml.`);
    });
  return (
    <Dialog title="Save as a scenario file" kind="narrow" close={close}>
      <form
        class="save"
        onSubmit={(e) => {
          e.preventDefault();
          if (good) void (folder === null ? take() : save());
        }}
      >
        <label>
          Name of the file
          <input value={name} onInput={(e) => setName(e.currentTarget.value)} spellcheck={false} required />
        </label>
        {!good && (
          <p class="wrong" role="alert">
            A name has letters, digits, &quot;-&quot;, &quot;_&quot; and &quot;.&quot;, at most 64, and begins with a
            letter, a digit or &quot;_&quot;.
          </p>
        )}
        <label>
          Title
          <input value={title} onInput={(e) => setTitle(e.currentTarget.value)} />
        </label>
        <label>
          Description
          <textarea rows={3} value={description} onInput={(e) => setDescription(e.currentTarget.value)} />
        </label>
        <p class="meaning">
          {view().set.length === 0
            ? `Nothing is changed: the file says what ${base} says.`
            : `The file is based on ${base}; values that you changed: ${view().set.length}.`}
        </p>
        {live.wrong && <Wrong problem={live.wrong} />}
        {problem && <Wrong problem={problem} />}
        {folder === null && (
          <p class="meaning">
            This server has no folder to save in (orrery view --folder names one); the file can be downloaded.
          </p>
        )}
        {saved && (
          <p role="status">
            Saved as {saved}.{' '}
            <button
              type="button"
              class="link"
              onClick={() => {
                close();
                openScenario(saved);
              }}
            >
              Open it
            </button>
          </p>
        )}
        <div class="editor-end">
          {folder !== null && (
            <button type="submit" class="primary" disabled={!!live.wrong || !good}>
              Save in {folder}
            </button>
          )}
          <button type="button" disabled={!!live.wrong || !good} onClick={() => void take()}>
            Download
          </button>
        </div>
      </form>
    </Dialog>
  );
}
