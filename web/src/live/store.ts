// What the live page knows, and what it does when the address asks for something else: read the scenario, have its
// changed values checked, run it. The page shows an answer until the next one is there.
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../answer';
import { change, onChange, view, type ViewState } from '../state';
import * as api from './api';
import { keyOf, questionOf, writeAgainst } from './question';
import { withSet } from './written';

export interface Shown {
  /// Undefined: the answer of a file, which cannot be asked again.
  question?: api.RunQuestion;
  answer: Answer;
}

export interface Pin {
  label: string;
  scenario: string;
  set: string[];
}

export interface Live {
  phase: 'starting' | 'refused' | 'ready';
  refused?: api.Problem;
  start?: api.Start;
  list: api.ScenarioLine[];
  scenario?: api.Scenario;
  scenarioProblem?: api.Problem;
  /// Values with what was changed, as last found good; undefined where nothing is changed.
  checked?: api.Changed;
  /// What is wrong with the changed values.
  wrong?: api.Problem;
  auto: boolean;
  running?: api.RunQuestion & api.Progress & { id?: string };
  runProblem?: api.Problem;
  shown?: Shown;
  pins: Pin[];
  undone: number;
  /// How many steps can be taken back.
  steps: number;
  /// A key of the form that is to be brought into view.
  reveal?: string;
  /// A short word on what was done.
  said?: string;
}

let live: Live = {
  phase: 'starting',
  list: [],
  auto: true,
  pins: readPins(),
  undone: 0,
  steps: 0,
};
const listeners = new Set<() => void>();

function put(patch: Partial<Live>): void {
  live = { ...live, ...patch };
  for (const listener of [...listeners]) listener();
}

/// What is known, as a hook; drawn again when one of these parts changes, without parts when any does.
export function useLive(...parts: (keyof Live)[]): Live {
  const [, again] = useState(0);
  useEffect(() => {
    let seen: Live | undefined;
    const listener = (): void => {
      if (seen && parts.length > 0 && parts.every((part) => seen![part] === live[part])) return;
      seen = live;
      again((n) => n + 1);
    };
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return live;
}

export const problemOf = (error: unknown): api.Problem =>
  error instanceof api.Refused ? error.problem : { message: error instanceof Error ? error.message : String(error) };

let saying = 0;
export function say(said: string): void {
  put({ said });
  clearTimeout(saying);
  saying = window.setTimeout(() => put({ said: undefined }), 6000);
}

/// A session that has ended, as when the program was started again, needs a new link.
function mindSession(error: unknown): void {
  if (error instanceof api.Refused && error.status === 401) put({ phase: 'refused', refused: error.problem });
}

function readPins(): Pin[] {
  try {
    return JSON.parse(sessionStorage.getItem('orrery-pins') ?? '[]') as Pin[];
  } catch {
    return [];
  }
}

// Asking: each change of the question is a step of the browser's history, and one that can be taken back.

type Asked = Pick<ViewState, 'scenario' | 'hash' | 'set' | 'trials' | 'seed' | 'against'>;
const asked = ({ scenario, hash, set, trials, seed, against }: ViewState): Asked => ({
  scenario,
  hash,
  set,
  trials,
  seed,
  against,
});
const past: Asked[] = [];
const future: Asked[] = [];
const steps = (): Partial<Live> => ({ steps: past.length, undone: future.length });
/// What the view asked when this was last looked at.
let now: Asked = asked(view());
/// The file's hash is found, not asked for.
const same = (a: Asked | undefined, b: Asked): boolean =>
  a !== undefined && JSON.stringify({ ...a, hash: '' }) === JSON.stringify({ ...b, hash: '' });

export function ask(patch: Partial<ViewState>): void {
  past.push(now);
  future.length = 0;
  go(patch);
}

function step(from: Asked[], to: Asked[]): void {
  const next = from.pop();
  if (!next) return;
  to.push(now);
  go(next);
}

function go(to: Partial<ViewState>): void {
  now = asked({ ...view(), ...to });
  put(steps());
  change(to, true);
}

/// Back, Forward and links change what is asked too: back to the step before is that step taken back.
function followSteps(): void {
  const before = now;
  now = asked(view());
  if (same(before, now) || before.scenario === undefined) return;
  if (same(past[past.length - 1], now)) future.push((past.pop(), before));
  else if (same(future[future.length - 1], now)) past.push((future.pop(), before));
  else {
    past.push(before);
    future.length = 0;
  }
  put(steps());
}
export const undo = (): void => step(past, future);
export const redo = (): void => step(future, past);

export const setValue = (key: string, value: string | undefined): void => {
  const set = withSet(view().set, key, value);
  if (JSON.stringify(set) !== JSON.stringify(view().set)) ask({ set });
};
export const revertAll = (): void => ask({ set: [] });

export const openScenario = (name: string): void =>
  ask({
    scenario: name,
    hash: undefined,
    set: [],
    against: undefined,
    tab: undefined,
    select: {},
    from: undefined,
    to: undefined,
  });

export const reveal = (key: string): void => put({ reveal: key });
export const revealed = (): void => put({ reveal: undefined });

export function pin(): void {
  const { scenario, set } = view();
  if (!scenario) return;
  const kept: Pin = { scenario, set, label: set.length ? `${scenario}: ${set.join(', ')}` : scenario };
  const pins = [...live.pins.filter((p) => writeAgainst(p) !== writeAgainst(kept)), kept].slice(-12);
  try {
    sessionStorage.setItem('orrery-pins', JSON.stringify(pins));
  } catch {
    // Kept for as long as this page is open.
  }
  put({ pins });
  say('Pinned: choose it under "Compare with".');
}

export function setAuto(auto: boolean): void {
  put({ auto });
  if (auto) schedule(0);
}

// Answers and checks that were there already, the latest last.
const answers = new Map<string, Answer>();
const checks = new Map<string, api.Changed>();

function keep<T>(among: Map<string, T>, key: string, value: T, most: number): void {
  among.delete(key);
  among.set(key, value);
  if (among.size > most) among.delete(among.keys().next().value!);
}

function show(shown: Shown): void {
  window.orrery.answer = shown.answer;
  document.title = `${shown.answer.title} · Orrery`;
  put({ shown });
}

// Running.

let runAbort: AbortController | undefined;
let waiting = 0;

function stop(): void {
  clearTimeout(waiting);
  runAbort?.abort();
  runAbort = undefined;
  const id = live.running?.id;
  if (live.running) put({ running: undefined });
  // Whoever it was for has something else to ask; that the run has ended meanwhile is no matter.
  if (id) api.cancel(id).catch(() => undefined);
}

export function cancelRun(): void {
  stop();
  put({ runProblem: undefined });
  say(live.shown ? 'Cancelled: what is shown is the answer before.' : 'Cancelled.');
}

/// Runs what the view asks, now. What was given as wrong is not asked.
export async function run(): Promise<void> {
  clearTimeout(waiting);
  const question = live.start && questionOf(view(), live.start);
  if (!question || live.wrong) return;
  if (live.running && keyOf(live.running) === keyOf(question)) return;
  stop();
  const kept = answers.get(keyOf(question));
  if (kept) {
    keep(answers, keyOf(question), kept, 6);
    put({ runProblem: undefined });
    return show({ question, answer: kept });
  }
  const abort = (runAbort = new AbortController());
  const mine = (): boolean => runAbort === abort;
  put({ running: { ...question, share: 0, pass: '' }, runProblem: undefined });
  try {
    const { id } = await api.askRun(question, abort.signal);
    if (!mine()) return void api.cancel(id).catch(() => undefined);
    put({ running: { ...question, id, share: 0, pass: '' } });
    const end = await api.follow(
      id,
      ({ share, pass }) => mine() && put({ running: { ...question, id, share, pass } }),
      abort.signal,
    );
    if (!mine()) return;
    if (end === 'cancelled') {
      runAbort = undefined;
      put({ running: undefined });
      return say('The run was cancelled.');
    }
    const answer = await api.result(id, abort.signal);
    if (!mine()) return;
    runAbort = undefined;
    keep(answers, keyOf(question), answer, 6);
    put({ running: undefined });
    show({ question, answer });
  } catch (error) {
    if (!mine()) return;
    runAbort = undefined;
    put({ running: undefined, runProblem: problemOf(error) });
    mindSession(error);
  }
}

function schedule(delay: number): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    if (live.auto) void run();
  }, delay);
}

/// Whether what is shown answers what the view asks.
export function upToDate(): boolean {
  if (!live.shown?.question) return true;
  return !!live.start && keyOf(live.shown.question) === keyOf(questionOf(view(), live.start));
}

// Checking.

/// Whether the program has refused the values; a server that has gone or is busy says nothing about them.
const isOfValues = (error: unknown): boolean => error instanceof api.Refused && [400, 404, 422].includes(error.status);

let checkAbort: AbortController | undefined;
let checkedSet = '';

/// Has the changed values checked and runs them when they are good.
async function checkThenRun(delay: number): Promise<void> {
  const { scenario, set } = view();
  if (!scenario || !live.scenario) return;
  checkedSet = JSON.stringify([scenario, set]);
  checkAbort?.abort();
  const abort = (checkAbort = new AbortController());
  clearTimeout(waiting);
  if (set.length === 0) {
    put({ checked: undefined, wrong: undefined });
    return schedule(delay);
  }
  const known = checks.get(checkedSet);
  if (known) {
    put({ checked: known, wrong: undefined });
    return schedule(0);
  }
  try {
    const checked = await api.check(scenario, set, abort.signal);
    if (checkAbort !== abort) return;
    keep(checks, JSON.stringify([scenario, set]), checked, 24);
    put({ checked, wrong: undefined });
    schedule(delay);
  } catch (error) {
    if (checkAbort !== abort || abort.signal.aborted) return;
    stop();
    put(isOfValues(error) ? { wrong: problemOf(error) } : { runProblem: problemOf(error) });
    mindSession(error);
  }
}

/// What is wrong with one value as it is typed; undefined: nothing.
export async function wrongWith(key: string, value: string, signal: AbortSignal): Promise<api.Problem | undefined> {
  const { scenario, set } = view();
  if (!scenario) return undefined;
  try {
    await api.check(scenario, withSet(set, key, value), signal);
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (isOfValues(error)) return problemOf(error);
    put({ runProblem: problemOf(error) });
    return undefined;
  }
}

// Following the view.

let loading = '';

async function load(name: string): Promise<void> {
  loading = name;
  stop();
  put({ scenarioProblem: undefined, wrong: undefined, checked: undefined });
  try {
    const scenario = await api.scenario(name);
    if (loading !== name) return;
    loading = '';
    put({ scenario });
    if (view().hash === undefined) change({ hash: scenario.hash });
    await checkThenRun(0);
  } catch (error) {
    if (loading !== name) return;
    loading = '';
    put({ scenario: undefined, scenarioProblem: problemOf(error) });
    mindSession(error);
  }
}

/// The link's values on the scenario as its file is now.
export const acceptFile = (): void => change({ hash: live.scenario?.hash });

/// Whether the scenario's file is another than the one that the link was made with.
export function linkDiffers(): boolean {
  const { scenario, hash } = view();
  return (
    live.scenario !== undefined && live.scenario.name === scenario && hash !== undefined && hash !== live.scenario.hash
  );
}

let lastQuestion = '';

function followView(): void {
  followSteps();
  if (live.phase !== 'ready' || !live.start) return;
  const now = view();
  if (!now.scenario) {
    if (live.start.scenario) change({ scenario: live.start.scenario });
    return;
  }
  const question = keyOf(questionOf(now, live.start));
  if (question === lastQuestion) return;
  lastQuestion = question;
  if (live.runProblem) put({ runProblem: undefined });
  if (now.hash === undefined && live.scenario?.name === now.scenario) change({ hash: live.scenario.hash });
  if (live.scenario?.name !== now.scenario || live.scenarioProblem) {
    if (loading !== now.scenario) void load(now.scenario);
  } else if (JSON.stringify([now.scenario, now.set]) !== checkedSet) void checkThenRun(250);
  else {
    stop();
    schedule(250);
  }
}

/// Opens the session and shows what the view asks, or what the program was started with.
export async function begin(token?: string): Promise<void> {
  put({ phase: 'starting', refused: undefined });
  try {
    await api.openSession(token);
    const start = await api.start();
    put({ start, phase: 'ready' });
    refreshList();
    if (!view().scenario && start.result) show({ answer: await api.result(start.result) });
    else {
      lastQuestion = '';
      followView();
    }
  } catch (error) {
    put({ phase: 'refused', refused: problemOf(error) });
  }
}

export function refreshList(): void {
  api.scenarios().then(
    (list) => put({ list }),
    () => undefined,
  );
}

export function watch(): () => void {
  const off = [onChange(followView), api.onToken((token) => void begin(token))];
  return () => off.forEach((f) => f());
}
