// What every figure draws, with the place of each value in the JSON: window.orrery.charts, for whoever checks the page
// against the answer.
import type { Answer } from './answer';
import type { Series } from './figures/reading';

export interface Drawn {
  name: string;
  mark: string;
  against: boolean;
  points: { path: string; along: unknown; value: unknown }[];
}

interface Shown {
  answer?: Answer;
  charts: { [figure: string]: Drawn[] };
}

declare global {
  interface Window {
    orrery: Shown;
  }
}

window.orrery = { charts: {} };

/// Lists the series of a figure; read only when asked for.
export function expose(figure: string, series: Series[]): void {
  Object.defineProperty(window.orrery.charts, figure, {
    configurable: true,
    enumerable: true,
    get: (): Drawn[] =>
      series.map((s) => ({
        name: s.name,
        mark: s.mark,
        against: s.against,
        points: s.readings.map((r) => ({ path: r.path, along: r.along, value: r.value })),
      })),
  });
}

export function withdraw(figure: string): void {
  delete window.orrery.charts[figure];
}
