// Reading and writing of answers, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Figure } from '../src/answer';
import { at, cellPath, tableOf } from '../src/answer';
import { csv } from '../src/csv';
import { courseTicks, ticks } from '../src/figures/axis';
import { figuresOf } from '../src/figures/derived';
import { barsOf } from '../src/figures/ranking';
import { alongText, choices, period, rowsShown, seriesOf } from '../src/figures/reading';
import { groupsOf } from '../src/figures/schedule';
import { segments } from '../src/figures/time';
import { amount, heading, money, numberText, unitOf } from '../src/format';

const day = (text: string): number => Date.parse(text);

const answer: Answer = {
  kind: 'toy',
  title: 'Toy',
  capacity: [
    { date: '2024-01-01', site: 'a', usable: 1, binding: 'chips' },
    { date: '2024-02-01', site: 'a', usable: 5, binding: 'power' },
    { date: '2024-03-01', site: 'a', usable: 6, binding: 'power' },
    { date: '2024-01-01', site: 'b', usable: 2, binding: 'chips' },
  ],
  limits: [
    { date: '2024-01-01', site: 'all', power: 9 },
    { date: '2024-01-01', site: 'a', power: 4 },
  ],
  money: { by_part: { chips: 7.5, 'power plant': null } },
  energy: [{ month: '2024-01', by_source: { 'a.grid': 3, 'a.gas': 4 }, cost: { p10: 1, p50: 2, p90: 3 } }],
  shape: {
    scalars: [],
    tables: [
      {
        key: 'capacity',
        columns: [{ key: 'date' }, { key: 'site' }, { key: 'usable', unit: 'accelerators' }, { key: 'binding' }],
      },
      { key: 'limits', columns: [{ key: 'date' }, { key: 'site' }, { key: 'power', unit: 'accelerators' }] },
      { key: 'money/by_part', keyed: true, columns: [{ key: 'part' }, { key: 'usd', unit: 'USD' }] },
      { key: 'energy', columns: [{ key: 'month' }, { key: 'by_source', unit: 'MWh' }, { key: 'cost', unit: 'USD' }] },
    ],
  },
};

const figure = (layers: Figure['layers'], more: Partial<Figure> = {}): Figure => ({
  key: 'f',
  title: 'F',
  plot: 'time',
  layers,
  facts: [],
  ...more,
});

test('numbers read as in the program', () => {
  assert.equal(money(12_846_195_111), '$12.8B');
  assert.equal(money(-39_800_000_000), '-$39.8B');
  assert.equal(money(999_999_999_999), '$1T');
  assert.equal(amount(1.25e9, 'power'), '1.25 GW');
  assert.equal(amount(3.6e12, 'energy'), '1 GWh');
  assert.equal(amount(4e26, 'operations'), '4.00e26 FLOP');
  assert.equal(amount(86400 * 131, 'time'), '131 days');
  assert.equal(amount(0.00163 / 3600, 'money per accelerator and time'), '$0.00163/chip/h');
  assert.equal(numberText(98304, { key: 'x', as: 'count' }), '98,304');
  assert.equal(numberText(-0.001, { key: 'x', as: 'fixed', digits: 1 }), '0.0');
  assert.equal(numberText(0.4742, { key: 'x', as: 'percent' }), '47 %');
  assert.equal(numberText(2.5e9, { key: 'x', as: 'fixed', digits: 1, scale: 1e9 }), '2.5');
  assert.equal(numberText(2026, { key: 'year' }), '2026');
});

test('a heading leaves the unit to the unit', () => {
  assert.equal(heading({ key: 'facility_mw', unit: 'MW' }), 'facility');
  assert.equal(unitOf({ key: 'facility_mw', unit: 'MW' }), 'MW');
  assert.equal(unitOf({ key: 'rated', heading: 'MW', unit: 'MW', as: 'fixed' }), '');
  assert.equal(unitOf({ key: 'usd', unit: 'USD', as: 'amount', dimension: 'money' }), '');
});

test('days, months, quarters and years are periods; other words and counts are none', () => {
  assert.deepEqual(period('2024-02'), { from: day('2024-02-01'), to: day('2024-02-29') });
  assert.deepEqual(period('2024-Q4'), { from: day('2024-10-01'), to: day('2024-12-31') });
  assert.deepEqual(period(2025), { from: day('2025-01-01'), to: day('2025-12-31') });
  for (const other of ['2024-9', 'chips', '', null, 12.5, 100000]) assert.equal(period(other), undefined);
});

test('a cell stands where its path says, in tables by name too', () => {
  const table = tableOf(answer, 'money/by_part')!;
  assert.deepEqual(
    table.rows.map((r) => cellPath(table, r, 'usd')),
    ['money.by_part.chips', 'money.by_part["power plant"]'],
  );
  assert.equal(at(answer, 'money/by_part/chips'), 7.5);
  assert.equal(
    cellPath(tableOf(answer, 'energy')!, tableOf(answer, 'energy')!.rows[0]!, 'cost/p50'),
    'energy[0].cost.p50',
  );
});

test('where a table says "all", lines of tables that do not are left out', () => {
  const f = figure(
    [
      { mark: 'line', name: 'usable', table: 'capacity', along: 'date', value: 'usable' },
      { mark: 'line', name: 'power', table: 'limits', along: 'date', value: 'power' },
      { mark: 'strip', name: 'binds', table: 'capacity', along: 'date', value: 'binding' },
    ],
    { choose: 'site' },
  );
  assert.deepEqual(choices(answer, f), ['all', 'a', 'b']);
  assert.deepEqual(
    seriesOf(answer, f, 'all').map((s) => [s.name, s.part]),
    [
      ['power', ''],
      ['binds', 'a'],
      ['binds', 'b'],
    ],
  );
  assert.deepEqual(
    seriesOf(answer, f, 'a').map((s) => [s.name, s.readings.length]),
    [
      ['usable', 3],
      ['power', 1],
      ['binds', 3],
    ],
  );
  assert.equal(rowsShown(answer, f, 'capacity', 'b').length, 1);
});

test('a stack of named numbers is a series for each name, with the path of each number', () => {
  const series = seriesOf(
    answer,
    figure([{ mark: 'stack', table: 'energy', along: 'month', value: 'by_source' }]),
    undefined,
  );
  assert.deepEqual(
    series.map((s) => [s.name, s.readings[0]!.path, s.readings[0]!.value]),
    [
      ['a.grid', 'energy[0].by_source["a.grid"]', 3],
      ['a.gas', 'energy[0].by_source["a.gas"]', 4],
    ],
  );
});

test('a strip joins rows that say the same and ends with the axis', () => {
  const [a] = seriesOf(
    answer,
    figure([{ mark: 'strip', table: 'capacity', along: 'date', value: 'binding' }], { choose: 'site' }),
    'a',
  );
  assert.deepEqual(
    segments(a!, day('2024-04-01')).map(({ from, to, text }) => [from, to, text]),
    [
      [day('2024-01-01'), day('2024-02-01'), 'chips'],
      [day('2024-02-01'), day('2024-04-01'), 'power'],
    ],
  );
});

test('CSV has every value as the JSON has it', () => {
  assert.equal(
    csv(tableOf(answer, 'energy')!),
    'month,by_source/a.grid,by_source/a.gas,cost/p10,cost/p50,cost/p90\r\n2024-01,3,4,1,2,3\r\n',
  );
  assert.equal(csv(tableOf(answer, 'money/by_part')!), 'part,usd\r\nchips,7.5\r\npower plant,\r\n');
});

test('the last row of a waterfall is the whole and begins at zero', () => {
  const costs: Answer = {
    kind: 'toy',
    title: '',
    costs: [
      { part: 'a', usd: 2 },
      { part: 'b', usd: 3 },
      { part: 'all', usd: 5 },
    ],
  };
  const rows = barsOf(
    seriesOf(
      costs,
      figure([{ mark: 'bar', table: 'costs', along: 'part', value: 'usd' }], { plot: 'waterfall' }),
      undefined,
    ),
    true,
  );
  assert.deepEqual(
    rows.map((r) => [r.bars[0]!.from, r.bars[0]!.to, r.whole]),
    [
      [0, 2, false],
      [2, 5, false],
      [0, 5, true],
    ],
  );
});

test('a course stands along numbers in their order, hours of a year as its days', () => {
  const week: Answer = { kind: 'toy', title: '', week: [9, 10, 4344].map((hour) => ({ hour, load: hour })) };
  const read = (axis: string): string[] =>
    seriesOf(
      week,
      figure([{ mark: 'stack', table: 'week', along: 'hour', value: 'load', below: true }], { plot: 'course', axis }),
      undefined,
    )[0]!.readings.map((r) => alongText(r.along));
  assert.deepEqual(read('h of a year'), ['1 Jan, 09:00', '1 Jan, 10:00', '1 Jul, 00:00']);
  assert.deepEqual(read('h'), ['9 h', '10 h', '4,344 h']);
  assert.deepEqual(
    courseTicks([0, 8760 * 3600000], 400, 'h of a year').map((t) => t.label),
    ['Jan', 'Apr', 'Jul', 'Oct', 'Jan'],
  );
  assert.deepEqual(
    courseTicks([0, 90], 300, 's').map((t) => t.label),
    ['0', '50 s'],
  );
});

test('a schedule groups lanes and keeps what waits and what follows in one row', () => {
  const plan: Answer = {
    kind: 'toy',
    title: '',
    schedule: [
      {
        lane: 'power: grid',
        task: 'waiting',
        kind: 'waiting',
        from: '2024-01-01',
        to: '2024-03-01',
        slack_days: 10,
        critical: true,
      },
      {
        lane: 'power: grid',
        task: '8 MW',
        kind: 'power',
        from: '2024-03-01',
        to: null,
        slack_days: null,
        critical: false,
      },
      {
        lane: 'grok',
        task: 'grok',
        kind: 'run',
        from: '2024-05-01',
        to: '2024-06-01',
        slack_days: null,
        critical: false,
      },
    ],
  };
  const f = figure(
    [
      {
        mark: 'bar',
        table: 'schedule',
        along: 'from',
        to: 'to',
        value: 'task',
        lane: 'lane',
        series: 'kind',
        strong: 'critical',
      },
    ],
    { plot: 'schedule' },
  );
  const groups = groupsOf(seriesOf(plan, f, undefined), undefined, day('2025-01-01'));
  assert.deepEqual(
    groups.map((g) => [g.name, g.lanes.map((l) => [l.name, l.bars.length])]),
    [
      ['power', [['grid', 2]]],
      ['run', [['grok', 1]]],
    ],
  );
  const [waiting, after] = groups[0]!.lanes[0]!.bars;
  assert.deepEqual([waiting!.strong, waiting!.slackTo, after!.to], [true, day('2024-03-11'), day('2025-01-01')]);
});

test('a table over time without a figure becomes lines, a figure for each unit; one of stretches does not', () => {
  const rows = ['2024-Q1', '2024-Q2', '2024-Q3'].map((quarter, i) => ({
    quarter,
    made: i,
    wanted: 2 * i,
    rent: { p10: 1, p50: 2, p90: 3 },
  }));
  const toy: Answer = {
    kind: 'toy',
    title: '',
    quarters: rows,
    stretches: rows.map((r) => ({ from: '2024-01-01', to: '2024-02-01', days: r.made })),
    shape: {
      scalars: [],
      tables: [
        {
          key: 'quarters',
          columns: [
            { key: 'quarter' },
            { key: 'made', unit: 'accelerators' },
            { key: 'wanted', unit: 'accelerators' },
            { key: 'rent', unit: 'USD' },
          ],
        },
        { key: 'stretches', columns: [{ key: 'from' }, { key: 'to' }, { key: 'days', unit: 'days' }] },
      ],
    },
  };
  assert.deepEqual(
    figuresOf(toy).map((f) => [f.unit, f.layers.map((l) => [l.mark, l.value])]),
    [
      [
        'accelerators',
        [
          ['line', 'made'],
          ['line', 'wanted'],
        ],
      ],
      ['USD', [['band', 'rent']]],
    ],
  );
});

test('marks of an axis are as close as there is room', () => {
  const range: [number, number] = [day('2024-01-01'), day('2027-01-01')];
  assert.deepEqual(
    ticks(range, 300).map((t) => t.label),
    ['2024', '2025', '2026', '2027'],
  );
  assert.equal(ticks(range, 1200).length, 13);
});
