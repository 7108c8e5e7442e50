// Chapters as tabs: one is open, arrows go from one to the next. On paper all are open, one below the other.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { change, useView } from '../state';
import { onPaper, useTheme } from '../theme';

export interface Chapter {
  name: string;
  body: () => ComponentChildren;
  /// Whether it has figures over time, which share the range of days.
  overTime: boolean;
}

const idOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/// The chapter that is open: the one that the view names, else the first.
const openOf = (chapters: Chapter[], wanted: string | undefined): Chapter | undefined =>
  chapters.find((c) => c.name === wanted) ?? chapters[0];

export function Tabs({
  chapters,
  tools,
}: {
  chapters: Chapter[];
  tools: (open: Chapter) => ComponentChildren;
}): JSX.Element | null {
  const { tab } = useView();
  useTheme();
  const list = useRef<HTMLDivElement>(null);
  const open = openOf(chapters, tab);
  useEffect(() => {
    const own = list.current,
      chosen = own?.querySelector<HTMLElement>('[aria-selected=true]');
    if (own && chosen) own.scrollLeft = Math.max(0, chosen.offsetLeft + chosen.offsetWidth + 24 - own.clientWidth);
  }, [open]);
  if (!open) return null;
  if (onPaper()) {
    return (
      <>
        {chapters.map((c) => (
          <section key={c.name} class="chapter">
            <h2>{c.name}</h2>
            {c.body()}
          </section>
        ))}
      </>
    );
  }
  const go = (to: Chapter | undefined): void => {
    if (!to) return;
    change({ tab: to.name }, true);
    list.current?.querySelector<HTMLElement>(`#tab-${idOf(to.name)}`)?.focus();
  };
  const keys = (e: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    const at = chapters.indexOf(open),
      n = chapters.length;
    const to = { ArrowRight: (at + 1) % n, ArrowLeft: (at + n - 1) % n, Home: 0, End: n - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    go(chapters[to]);
  };
  return (
    <>
      <div class="bar-top">
        <div ref={list} class="tabs" role="tablist" aria-label="Chapters" onKeyDown={keys}>
          {chapters.map((c) => (
            <button
              key={c.name}
              id={`tab-${idOf(c.name)}`}
              type="button"
              role="tab"
              aria-selected={c === open}
              aria-controls={c === open ? `chapter-${idOf(c.name)}` : undefined}
              tabIndex={c === open ? 0 : -1}
              onClick={() => go(c)}
            >
              {c.name}
            </button>
          ))}
        </div>
        {tools(open)}
      </div>
      <div
        key={open.name}
        id={`chapter-${idOf(open.name)}`}
        class="chapter"
        role="tabpanel"
        aria-labelledby={`tab-${idOf(open.name)}`}
      >
        <h2 class="unseen">{open.name}</h2>
        {open.body()}
      </div>
    </>
  );
}
