// What the view asks: a scenario with its changed values, trials and seed, and what it is compared with. It stands in
// the address; "against" there is a scenario's name, with its own changed values behind "?".
import type { ViewState } from '../state';
import type { RunQuestion, Start } from './api';

export interface Against {
  scenario: string;
  set: string[];
}

export function readAgainst(text: string | undefined): Against | undefined {
  if (!text) return undefined;
  const [scenario = '', query = ''] = text.split(/\?(.*)/s);
  return { scenario, set: new URLSearchParams(query).getAll('set') };
}

export function writeAgainst({ scenario, set }: Against): string {
  if (set.length === 0) return scenario;
  const query = new URLSearchParams();
  for (const s of set) query.append('set', s);
  return `${scenario}?${query.toString()}`;
}

/// What is typed as trials or seed, where it is a whole number; else NaN, which the program refuses by name.
const whole = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : /^\d+$/.test(text) ? Number(text) : NaN;

export function questionOf(view: ViewState, start: Start): RunQuestion | undefined {
  if (!view.scenario) return undefined;
  const against = readAgainst(view.against);
  return {
    scenario: view.scenario,
    set: view.set,
    trials: whole(view.trials, start.trials),
    seed: whole(view.seed, start.seed),
    ...(against ? { against } : {}),
  };
}

export const keyOf = (question: RunQuestion | undefined): string => JSON.stringify(question ?? null);
