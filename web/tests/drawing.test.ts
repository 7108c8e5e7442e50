// Where figures over time stand, without a browser: areas, bars and steps, what is read out, axes, colours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Figure, Json, Layer } from '../src/answer';
import { readAnswer, sides } from '../src/answer';
import { bars, courseOf } from '../src/figures/areas';
import { numberAxis } from '../src/figures/axis';
import { hoverAt, isElsewhere } from '../src/figures/hover';
import { type Series, choices, reach, seriesOf, stretches } from '../src/figures/reading';
import { coloursOf, drawTime } from '../src/figures/time';
import { shortPlace, text } from '../src/format';
import { palettes } from '../src/palette';

const day = (name: string): number => Date.parse(name);
const dayMs = 86400000;

const answerOf = (rows: Json[], more: Partial<Answer> = {}): Answer => ({ kind: 'toy', title: 'Toy', rows, ...more });
const figureOf = (layers: Partial<Layer>[], more: Partial<Figure> = {}): Figure => ({
  key: 'f',
  title: 'F',
  plot: 'time',
  unit: 'USD',
  facts: [],
  ...more,
  layers: layers.map((l) => ({ mark: 'line', table: 'rows', along: 'when', value: 'v', ...l })),
});
const seriesFrom = (rows: Json[], ...layers: Partial<Layer>[]): Series[] =>
  seriesOf(answerOf(rows), figureOf(layers), undefined);

/// The shapes that a custom series draws where a day and a number are pixels.
function shapes(series: object): { type: string; shape: { [key: string]: number } }[] {
  const { renderItem } = series as { renderItem: (at: object, api: object) => { children: never[] } | undefined };
  return renderItem({ dataIndex: 0 }, { coord: (p: number[]) => p })?.children ?? [];
}

test('a number whose heading names its unit says its own unit where the heading is not', () => {
  const shape = {
    scalars: [],
    tables: [
      {
        key: 'rows',
        columns: [
          { key: 'when' },
          { key: 'v', heading: 'NPV, B$', unit: 'USD', as: 'fixed' as const, digits: 1, scale: 1e9 },
        ],
      },
    ],
  };
  const [s] = seriesOf(answerOf([{ when: 'a', v: 15.5e9 }], { shape }), figureOf([{ mark: 'bar' }]), undefined);
  assert.equal(text(15.5e9, s!.column), '$15.5B');
  assert.equal(text(15.5e9, shape.tables[0]!.columns[1]!), '15.5');
  assert.equal(text(15.5e9, { ...shape.tables[0]!.columns[1]!, heading: undefined }), '$15.5B');
});

test('bars of several series stand side by side and from nought, with P10 to P90 on them', () => {
  const rows = [{ when: 2025, a: 3, b: { p10: 1, p50: 2, p90: 4 } }];
  const series = seriesFrom(rows, { mark: 'bar', name: 'a', value: 'a' }, { mark: 'bar', name: 'b', value: 'b' });
  const range: [number, number] = [day('2025-01-01'), day('2025-12-31')];
  const drawn = bars(series, coloursOf(series, 'light'), range, range[1]).map(shapes);
  const [a, b] = drawn.map(([rect]) => rect!.shape);
  assert.ok(a!.x! + a!.width! <= b!.x! + 1 && a!.x! > range[0] && b!.x! + b!.width! < range[1]);
  assert.deepEqual([a!.y, a!.height, b!.y, b!.height], [0, 3, 0, 2]);
  assert.deepEqual([drawn[1]![1]!.shape.y1, drawn[1]![1]!.shape.y2], [1, 4]);
});

test('years that start on a day last a year, the last of them too', () => {
  const rows = ['2029-03-01', '2030-03-01', '2031-03-01'].map((when) => ({ when, v: 1 }));
  const [s] = seriesFrom(rows, { mark: 'bar' });
  assert.equal(stretches(s!.readings, day('2031-03-01')).at(-1)!.to, day('2032-03-01'));
  assert.deepEqual(reach(answerOf(rows), figureOf([{ mark: 'bar' }]), ''), [day('2029-03-01'), day('2032-02-29')]);
  // Days that follow no calendar hold to the end.
  const [other] = seriesFrom(
    [
      { when: '2029-03-01', v: 1 },
      { when: '2029-05-17', v: 1 },
    ],
    { mark: 'bar' },
  );
  assert.equal(stretches(other!.readings, day('2030-01-01')).at(-1)!.to, day('2030-01-01'));
});

test('a stack of days runs straight from row to row and jumps only where rows do', () => {
  const rows = [
    { when: '2025-01-01', v: 0 },
    { when: '2025-01-11', v: 100 },
    { when: '2025-02-01', v: 100 },
  ];
  const [s] = seriesFrom(rows, { mark: 'stack' });
  const days = ['2024-12-01', '2025-01-01', '2025-01-06', '2025-01-11', '2025-03-01'].map(day);
  assert.deepEqual(courseOf(s!.readings, days), [
    [0, 0],
    [0, 0],
    [50, 50],
    [100, 100],
    [100, 100],
  ]);
  // One that begins above nought begins upright.
  assert.deepEqual(courseOf(s!.readings.slice(1), [day('2025-01-01'), day('2025-01-11')]), [
    [0, 0],
    [0, 100],
  ]);
});

test('steps of quarters fill their quarter', () => {
  const series = seriesFrom(
    [
      { when: '2024-Q1', v: 1 },
      { when: '2024-Q2', v: 2 },
    ],
    { mark: 'step', name: 's' },
  );
  const { option } = drawTime({ series, unit: 'USD' }, [day('2024-01-01'), day('2024-06-30')], 'light', 800);
  const [line] = option.series as { data: [number, number][] }[];
  assert.deepEqual(
    line!.data.map(([x]) => x),
    ['2024-01-01', '2024-04-01', '2024-04-01', '2024-07-01'].map(day),
  );
});

test('points have P10 to P90 of their day across, to the end where it is not reached', () => {
  const rows = [
    { p10: '2024-02-01', p50: '2024-03-01', p90: '2024-05-01', v: 7 },
    { p10: '2024-02-01', p50: '2024-04-01', p90: null, v: 9 },
  ];
  const series = seriesFrom(rows, { mark: 'points', name: 'p', along: 'p50' });
  const { option } = drawTime({ series, unit: 'USD' }, [day('2024-01-01'), day('2024-12-31')], 'light', 800);
  const lines = shapes((option.series as object[])[0]!).map(({ shape }) => [shape.x1, shape.y1, shape.x2, shape.y2]);
  assert.deepEqual(lines, [
    [day('2024-02-01'), 7, day('2024-05-01'), 7],
    [day('2024-02-01'), 9, day('2024-12-31'), 9],
  ]);
});

test('the readout goes to the nearest row and tells rows alone, those of another day with their own', () => {
  const rows = [
    { when: '2024-01-01', v: 0 },
    { when: '2024-03-01', v: 60 },
    { when: '2024-05-01', v: 0 },
  ];
  const [line] = seriesFrom(rows, { mark: 'line', name: 'line' });
  const [other] = seriesFrom(
    [
      { when: '2024-01-01', v: 5 },
      { when: '2024-02-20', v: 6 },
      { when: '2024-06-01', v: 6 },
    ],
    { name: 'other' },
  );
  const alone = hoverAt([line!], day('2024-02-20'))!;
  assert.deepEqual([alone.day, alone.label, alone.items[0]!.reading.value], [day('2024-03-01'), '2024-03-01', 60]);
  const both = hoverAt([line!, other!], day('2024-02-19'))!;
  assert.deepEqual([both.label, both.items.map((i) => i.reading.value)], ['2024-02-20', [60, 6]]);
  assert.deepEqual(
    both.items.map((i) => isElsewhere(i, both.day)),
    [true, false],
  );
  // What holds from row to row tells the row before; a line that has ended tells nothing.
  const [step] = seriesFrom(rows, { mark: 'step', name: 'step' });
  assert.equal(hoverAt([step!, other!], day('2024-02-19'))!.items[0]!.reading.value, 0);
  assert.equal(hoverAt([line!, other!], day('2024-06-02'))!.items.length, 1);
});

test('marks of numbers are even; what is nought but for rounding is nought', () => {
  assert.deepEqual(numberAxis(1.2, 1.2, 5, false), { min: 1.05, max: 1.35, interval: 0.05 });
  assert.deepEqual(numberAxis(-3e-8, 500, 5, true), { min: 0, max: 500, interval: 100 });
  for (const [low, high] of [
    [1.1, 1.14],
    [-7.3, 4],
    [3e8, 3.1e9],
    [0, 0.03],
  ] as const) {
    const { min, max, interval } = numberAxis(low, high, 5, false);
    const marks = (max - min) / interval;
    assert.ok(
      min <= low && max >= high && marks <= 8 && Math.abs(marks - Math.round(marks)) < 1e-9,
      `${low} to ${high}`,
    );
  }
});

test('several fans have colours that are told apart', () => {
  const rows = ['a', 'b', 'c', 'd'].map((of) => ({ when: 2025, of, v: { p10: 1, p50: 2, p90: 3 } }));
  const series = seriesFrom(rows, { mark: 'band', series: 'of' });
  const colours = [...coloursOf(series, 'light').values()];
  assert.equal(new Set(colours).size, 4);
  // It is nearly the accent, which the first has.
  assert.ok(!colours.includes(palettes.light.series[0]!));
});

test('without trials nothing is called P10 to P90, and a band that says what a line says is left out', () => {
  const rows = [{ when: '2024-01', p50: '2024-01-01', v: { p10: 1, p50: 1, p90: 1 }, w: 1 }];
  const layers: Partial<Layer>[] = [
    { mark: 'band', name: 'P10 to P90' },
    { mark: 'line', name: 'inputs at medians', value: 'w' },
    { mark: 'band', name: 'P10 to P90 of power' },
    { mark: 'band', name: 'P10 to P90, all' },
    { mark: 'points', name: 'milestones, P10 to P90', value: 'w' },
  ];
  const names = (trials: number): string[] =>
    seriesOf(answerOf(rows, { trials }), figureOf(layers), undefined).map((s) => s.name);
  assert.deepEqual(names(0), ['inputs at medians', 'power', 'inputs at medians, all', 'milestones']);
  assert.equal(names(100).length, 5);
});

test('what has nothing to draw is no choice', () => {
  const rows = [
    { when: 'a', of: 'x', v: null },
    { when: 'a', of: 'y', v: 1 },
    { when: 'a', of: 'z', v: 2 },
  ];
  assert.deepEqual(choices(answerOf(rows), figureOf([{ mark: 'bar' }], { choose: 'of' })), ['y', 'z']);
});

test('of one scenario it is said which answer has changed values', () => {
  const fact = (origin: string): Answer['facts'] => [{ key: 'k', value: '1', origin }];
  const changed = answerOf([], { facts: fact('command line') }),
    plain = answerOf([], { facts: fact('scenario') });
  assert.deepEqual(sides({ ...changed, against: plain }), { own: 'as changed', other: 'as in the file' });
  assert.deepEqual(sides({ ...plain, against: changed }), { own: 'as in the file', other: 'as changed' });
  assert.equal(sides({ ...changed, against: { ...plain, title: 'Another' } }).other, 'the other');
});

test('what is no answer is none; a long path keeps its last folder', () => {
  for (const none of [null, 3, [], { kind: null, title: null, figures: null }])
    assert.equal(readAnswer(none), undefined);
  assert.ok(readAnswer({ kind: 'toy', title: '' }));
  assert.equal(shortPlace('/srv/plans/scenarios/a.toml:8'), '.../scenarios/a.toml:8');
  assert.equal(shortPlace('scenarios/a.toml:8'), 'scenarios/a.toml:8');
});
