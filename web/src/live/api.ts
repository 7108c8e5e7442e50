// What the page asks of the server that gave it (docs/api.md): the session, one function a request, errors as the
// messages that the program itself would print.
import type { Answer, Fact } from '../answer';
import { readEvents } from './events';

export interface Start {
  scenario: string | null;
  result: string | null;
  trials: number;
  seed: number;
  version: string;
  /// Name of the folder that takes scenarios; null: none.
  save: string | null;
}

export interface ScenarioLine {
  name: string;
  /// Null: the file cannot be read; the title says what is wrong.
  kind: string | null;
  title: string;
  own: boolean;
}

export interface SchemaKey {
  key: string;
  /// How a value is written: "\"18 months\"", "text".
  value: string;
  meaning: string;
  default: string;
  type:
    | 'amount'
    | 'money_or_number'
    | 'text'
    | 'texts'
    | 'date'
    | 'date_or_event'
    | 'boolean'
    | 'whole'
    | 'chips_of'
    | 'deliveries';
  /// Of an amount: how it is written, or its dimension.
  unit?: string;
  /// A distribution is refused.
  certain?: boolean;
  /// It must state its basis; and its source or a note.
  based?: boolean;
  sourced?: boolean;
}

export interface SchemaSection {
  /// "[site.*.power.*]", "[[commitment]]", "top of the file".
  section: string;
  meaning: string;
  keys: SchemaKey[];
}

export interface Scenario extends ScenarioLine {
  kind: string;
  hash: string;
  text: string;
  values: Fact[];
  schema: { sections: SchemaSection[] };
}

export interface Changed {
  hash: string;
  values: Fact[];
}

export interface Kept {
  base: string;
  set: string[];
  title?: string;
  description?: string;
}

export interface RunQuestion {
  scenario: string;
  set: string[];
  trials: number;
  seed: number;
  against?: { scenario: string; set: string[] };
}

export interface Progress {
  share: number;
  pass: string;
}

export interface RunStatus extends Progress {
  id: string;
  status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  error?: Problem;
}

export interface CatalogFigure {
  value: unknown;
  text?: string;
  unit?: string;
  p10?: number;
  p90?: number;
  basis?: string;
  source?: string;
  date?: string;
  dollars_of?: number;
  note?: string;
}

/// An entry, or a part of one, such as an operator of a model.
export interface CatalogPart {
  figures?: { [name: string]: CatalogFigure };
  parts?: { [name: string]: unknown };
  [key: string]: unknown;
}

export interface CatalogEntry extends CatalogPart {
  kind: string;
  name: string;
  title: string;
  aliases?: string[];
  place?: string;
}

export interface Problem {
  message: string;
  file?: string;
  line?: number;
  key?: string;
  problem?: string;
  remedy?: string;
}

/// What the server answers in place of what was asked; status 0: it does not answer.
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
  }
}

const storageKey = 'orrery-session';

/// The token of a link, "#token=..."; it is taken out of the address at once and works once.
function takeToken(): string | undefined {
  const found = /^#\/?\??(?:.*&)?token=([^&]*)/.exec(location.hash);
  if (!found) return undefined;
  const rest = location.hash.replace(/token=[^&]*&?/, '').replace(/[?&]$/, '');
  history.replaceState(null, '', rest.length > 1 ? rest : location.pathname);
  return decodeURIComponent(found[1]!);
}

let token = takeToken();

function kept(): string | null {
  try {
    return sessionStorage.getItem(storageKey) ?? localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

let session = kept();

function keep(key: string): void {
  session = key;
  try {
    sessionStorage.setItem(storageKey, key);
    localStorage.setItem(storageKey, key);
  } catch {
    // Where nothing may be stored the session lasts as long as this page.
  }
}

async function refusal(response: Response): Promise<Refused> {
  let problem: Problem = { message: `the server answered ${response.status} ${response.statusText}` };
  try {
    const body = (await response.json()) as { error?: Problem };
    if (body.error?.message) problem = body.error;
  } catch {
    // An answer without a message of its own: its status says what there is to say.
  }
  return new Refused(response.status, problem);
}

const silent: Problem = {
  message: 'the server does not answer; it may have been stopped: start orrery view again and open the link it prints',
};

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {};
  if (session) headers.Authorization = `Bearer ${session}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, silent);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await ask(method, path, body, signal);
  return (await response.json()) as T;
}

/// Trades the link's token for a session. Without a token the session of this browser is tried.
export async function openSession(given = token): Promise<void> {
  if (!given) return;
  token = undefined;
  const held = session;
  session = null;
  try {
    keep((await json<{ session: string }>('POST', 'session', { token: given })).session);
  } catch (error) {
    session = held;
    if (!(error instanceof Refused) || error.status === 0 || !held) throw error;
    // A link opened a second time: the session that it brought the first time may still hold.
  }
}

/// A new link opened in the same tab brings a token of its own.
export function onToken(listener: (token: string) => void): () => void {
  const heard = (): void => {
    const fresh = takeToken();
    if (fresh) listener(fresh);
  };
  window.addEventListener('hashchange', heard);
  return () => window.removeEventListener('hashchange', heard);
}

const one = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

export const start = (): Promise<Start> => json('GET', 'start');

export const scenarios = (): Promise<ScenarioLine[]> => json('GET', 'scenarios');

export const scenario = (name: string): Promise<Scenario> => json('GET', `scenarios/${one(name)}`);

/// What the values become; throws Refused with what is wrong with them.
export async function check(name: string, set: string[], signal: AbortSignal): Promise<Changed> {
  const said = await json<Changed | { error: Problem }>('POST', `scenarios/${one(name)}/check`, { set }, signal);
  if ('error' in said) throw new Refused(422, said.error);
  return said;
}

export const save = (name: string, body: Kept): Promise<{ name: string; text: string }> =>
  json('PUT', `scenarios/${one(name)}`, body);

export const exported = (body: Kept): Promise<{ text: string }> => json('POST', 'export', body);

export const askRun = (question: RunQuestion, signal: AbortSignal): Promise<{ id: string }> =>
  json('POST', 'runs', question, signal);

export const runStatus = (id: string, signal?: AbortSignal): Promise<RunStatus> =>
  json('GET', `runs/${one(id)}`, undefined, signal);

export const result = (id: string, signal?: AbortSignal): Promise<Answer> =>
  json('GET', `runs/${one(id)}/result`, undefined, signal);

export const cancel = (id: string): Promise<Response> => ask('DELETE', `runs/${one(id)}`);

/// Follows a run to its end: tells its progress, returns when it is done, throws what made it fail. Where the stream
/// of events breaks off the run is asked for its status instead.
export async function follow(
  id: string,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<'done' | 'cancelled'> {
  try {
    const stream = await ask('GET', `runs/${one(id)}/events`, undefined, signal);
    for await (const event of readEvents(stream.body!)) {
      const data = event.data ? (JSON.parse(event.data) as Progress & { error?: Problem }) : undefined;
      if (event.name === 'progress' && data) tell(data);
      else if (event.name === 'failed') throw new Refused(422, data?.error ?? { message: 'the run failed' });
      else if (event.name === 'done' || event.name === 'cancelled') return event.name;
    }
  } catch (error) {
    if (signal.aborted || (error instanceof Refused && error.status !== 0)) throw error;
  }
  for (;;) {
    const status = await runStatus(id, signal);
    if (status.status === 'done' || status.status === 'cancelled') return status.status;
    if (status.status === 'failed') throw new Refused(422, status.error ?? { message: 'the run failed' });
    tell(status);
    await new Promise((wake) => setTimeout(wake, 1000));
  }
}

export async function catalogKinds(): Promise<{ kind: string; entries: number; meaning: string }[]> {
  return (await json<{ kinds: { kind: string; entries: number; meaning: string }[] }>('GET', 'catalog')).kinds;
}

export async function catalogEntries(kind: string): Promise<{ name: string; title: string; aliases?: string[] }[]> {
  return (await json<{ entries: { name: string; title: string; aliases?: string[] }[] }>('GET', `catalog/${one(kind)}`))
    .entries;
}

export async function catalogEntry(kind: string, name: string): Promise<CatalogEntry> {
  const body = await json<CatalogEntry & { entries?: CatalogEntry[] }>('GET', `catalog/${one(kind)}/${one(name)}`);
  return body.entries?.find((e) => e.kind === kind) ?? body.entries?.[0] ?? body;
}
