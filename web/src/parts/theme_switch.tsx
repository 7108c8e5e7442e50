// Light, dark, or as the system prefers.
import type { JSX } from 'preact';
import { change } from '../state';
import { useTheme } from '../theme';

export function ThemeSwitch(): JSX.Element {
  const dark = useTheme() === 'dark';
  return (
    <button type="button" class="theme" aria-pressed={dark} onClick={() => change({ theme: dark ? 'light' : 'dark' })}>
      <span aria-hidden="true">{dark ? '☀' : '☾'}</span> {dark ? 'Light' : 'Dark'}
    </button>
  );
}
