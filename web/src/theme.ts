// Light or dark: what the address says, else what the system prefers; light on paper.
import { useEffect, useState } from 'preact/hooks';
import type { Theme } from './palette';
import { onChange, view } from './state';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
let printing = false;
const listeners = new Set<() => void>();

export const theme = (): Theme => (printing ? 'light' : (view().theme ?? (prefersDark.matches ? 'dark' : 'light')));
export const onPaper = (): boolean => printing;

function apply(): void {
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
  apply();
}

export function useTheme(): Theme {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = (): void => again((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return theme();
}
