// Light or dark: what the address says, else what the system prefers; light on paper.
import { options } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Theme } from './palette';
import { onChange, view } from './state';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
let printing = false;
const listeners = new Set<() => void>();

export const theme = (): Theme => (printing ? 'light' : (view().theme ?? (prefersDark.matches ? 'dark' : 'light')));
export const onPaper = (): boolean => printing;

function apply(): void {
  document.documentElement.classList.toggle('paper', printing);
  document.documentElement.dataset.theme = theme();
  for (const listener of [...listeners]) listener();
}

apply();
prefersDark.addEventListener('change', apply);
onChange(apply);

/// Turns the page to paper: light, every chapter open.
export function setPrinting(on: boolean): void {
  if (printing === on) return;
  printing = on;
  // The browser takes the page as it stands when this returns.
  if (on) options.debounceRendering = (render) => render();
  apply();
  if (!on) options.debounceRendering = undefined;
}

const paper = window.matchMedia('print');
paper.addEventListener('change', () => setPrinting(paper.matches));
window.addEventListener('beforeprint', () => setPrinting(true));
window.addEventListener('afterprint', () => setPrinting(false));

export function useTheme(): Theme {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = (): void => again((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return theme();
}
