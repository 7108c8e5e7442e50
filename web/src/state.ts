// The state of the view. It stands in the address behind "#", so that a link brings the whole view back:
// #/?scenario=colossus-1&set=order.first.rate%3Dx1.2&tab=Capacity&select=site:memphis&from=2024-06&theme=dark
import { useEffect, useState } from 'preact/hooks';

export interface ViewState {
  /// What was asked.
  scenario?: string;
  hash?: string;
  set: string[];
  trials?: string;
  seed?: string;
  against?: string;
  /// What is looked at: the open chapter; for a column such as "site" the value shown ("*": each apart); the days
  /// between which figures stand.
  tab?: string;
  select: { [column: string]: string };
  from?: string;
  to?: string;
  theme?: 'light' | 'dark';
}

const plainKeys = ['scenario', 'hash', 'trials', 'seed', 'against', 'tab', 'from', 'to'] as const;

export function readAddress(fragment: string): ViewState {
  const query = new URLSearchParams(fragment.replace(/^#\/?\??/, ''));
  const state: ViewState = { set: query.getAll('set'), select: {} };
  for (const key of plainKeys) {
    const value = query.get(key);
    if (value) state[key] = value;
  }
  for (const pair of query.getAll('select')) {
    const colon = pair.indexOf(':');
    if (colon > 0) state.select[pair.slice(0, colon)] = pair.slice(colon + 1);
  }
  const theme = query.get('theme');
  if (theme === 'light' || theme === 'dark') state.theme = theme;
  return state;
}

export function address(state: ViewState): string {
  const query = new URLSearchParams();
  for (const key of ['scenario', 'hash'] as const) if (state[key]) query.append(key, state[key]);
  for (const set of state.set) query.append('set', set);
  for (const key of ['trials', 'seed', 'against', 'tab'] as const) if (state[key]) query.append(key, state[key]);
  for (const [column, value] of Object.entries(state.select)) query.append('select', `${column}:${value}`);
  for (const key of ['from', 'to', 'theme'] as const) if (state[key]) query.append(key, state[key]);
  return `#/?${query.toString()}`;
}

let state = readAddress(location.hash);
const listeners = new Set<() => void>();

export const view = (): ViewState => state;

function tell(): void {
  for (const listener of [...listeners]) listener();
}

/// Changes the view and the address with it. `push` makes a step that the browser's back button undoes.
export function change(patch: Partial<ViewState>, push = false): void {
  if (push) write();
  state = { ...state, ...patch };
  if (push) {
    history.pushState(null, '', address(state));
  } else {
    waiting ??= window.setTimeout(write, 120);
  }
  tell();
}

// Browsers stop a page that writes its address at every move of the pointer.
let waiting: number | undefined;

function write(): void {
  if (waiting === undefined) return;
  clearTimeout(waiting);
  waiting = undefined;
  history.replaceState(null, '', address(state));
}

export const select = (column: string, value: string): void => change({ select: { ...state.select, [column]: value } });

function follow(): void {
  clearTimeout(waiting);
  waiting = undefined;
  state = readAddress(location.hash);
  tell();
}
window.addEventListener('hashchange', follow);
window.addEventListener('popstate', follow);

export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/// The state of the view, as a hook.
export function useView(): ViewState {
  const [, again] = useState(0);
  useEffect(() => onChange(() => again((n) => n + 1)), []);
  return state;
}
