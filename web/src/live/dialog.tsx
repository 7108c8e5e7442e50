// A window over the page: the browser's own dialog, which keeps the keyboard inside and closes with Escape.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  title: string;
  kind?: string;
  close: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, kind = '', close, children }: DialogProps): JSX.Element {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current!;
    const before = document.activeElement;
    if (!shown.open) shown.showModal();
    return () => {
      shown.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`window ${kind}`}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault();
        close();
      }}
      onMouseDown={(e) => {
        if (e.target === dialog.current) close();
      }}
    >
      <div class="window-inside">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="plain" onClick={close} aria-label="Close">
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/// What was wrong, as the program says it.
export function Wrong({
  problem,
  id,
}: {
  problem: { message: string; problem?: string; remedy?: string };
  id?: string;
}): JSX.Element {
  return (
    <p class="wrong" role="alert" id={id}>
      {problem.message}
    </p>
  );
}
