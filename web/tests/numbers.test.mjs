// Every number on the page is the answer's: every kind of study, with trials and without, beside another.
import assert from 'node:assert/strict';
import test from 'node:test';
import { browserTest, chapters, close, open, openChapter } from './support/browser.mjs';
import { pageOf } from './support/program.mjs';
import { read } from './support/reading.mjs';
import { at, fault, parts, walk } from './support/walk.mjs';

/// Opens all that a chapter has closed: the rows and the sources of each figure, lists in cells.
async function openAll(page) {
  await page.evaluate(() => {
    for (const button of document.querySelectorAll('main .figure footer [aria-expanded=false]'))
      if (button.textContent.trim() === 'Table') button.click();
  });
  await page.evaluate(() => document.querySelectorAll('main details').forEach((d) => (d.open = true)));
}

/// Walks all chapters; what is wrong, and how much was seen.
async function walkAll(page, answer) {
  const all = { wrong: [], values: 0, points: 0, places: new Set(), figures: new Set() };
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    await openAll(page);
    const seen = await walk(page, answer);
    all.wrong.push(...seen.wrong.map((w) => `${name}: ${w}`));
    all.values += seen.values;
    all.points += seen.points;
    for (const place of seen.places) all.places.add(place);
    for (const { figure, series } of seen.charts) if (series.length) all.figures.add(figure);
  }
  return all;
}

/// The places of every number of the answer that a table of its shape holds, up to so many rows of each; of a spread
/// without width its middle alone.
function numbersOf(answer, rows) {
  const out = [];
  const visit = (value, place) => {
    if (typeof value === 'number') out.push(place);
    else if (value && typeof value.p50 === 'number' && value.p10 === value.p50 && value.p90 === value.p50)
      out.push(`${place}.p50`);
    else if (value && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inside] of Object.entries(value))
        visit(inside, /^[A-Za-z_]\w*$/.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`);
  };
  for (const table of answer.shape.tables) {
    const data = below(answer, table.key);
    if (Array.isArray(data))
      data.slice(0, rows).forEach((row, i) => visit(row, `${table.key.replace('/', '.')}[${i}]`));
  }
  return out;
}

/// Whether a figure has anything to draw.
const below = (root, key) => key.split('/').reduce((value, part) => value?.[part], root);
const holds = (answer, figure) =>
  figure.layers.some((l) =>
    Object.values(below(answer, l.table) ?? {}).some((row) => (below(row, l.value) ?? null) !== null),
  );

const questions = [
  ['colossus-1', '--trials', '200'],
  ['colossus-1'],
  ['colossus-1', '--trials', '100', '--set', 'order.first-100k.rate=x1.2', '--against', 'colossus-1'],
  ['stargate-sites', '--trials', '50'],
  ['gpu-market', '--trials', '200'],
  ['finance/gigawatt-year'],
  ['finance/own-lease-cloud', '--trials', '200'],
  ['training', '--trials', '100'],
  ['network'],
];

for (const question of questions)
  browserTest(`numbers: ${question.join(' ')}`, async () => {
    const [scenario, ...options] = question;
    const { html, answer } = await pageOf(`scenarios/${scenario}.toml`, ...options);
    const page = await open(html);
    const seen = await walkAll(page, answer);
    assert.deepEqual(await close(page), []);
    assert.deepEqual(
      seen.wrong.slice(0, 20),
      [],
      `${seen.wrong.length} of ${seen.values} values and ${seen.points} points`,
    );
    const missing = numbersOf(answer, 20).filter((place) => !seen.places.has(place));
    assert.deepEqual(missing.slice(0, 20), [], `${missing.length} numbers of the answer stand nowhere on the page`);
    const undrawn = answer.figures.filter((f) => holds(answer, f) && !seen.figures.has(f.key));
    assert.deepEqual(
      undrawn.map((f) => f.key),
      [],
      'figures that are not drawn',
    );
  });

browserTest('numbers: a wrong one is found', async () => {
  const { html, answer } = await pageOf('scenarios/gpu-market.toml', '--trials', '50');
  const page = await open(html);
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    await openAll(page);
    const { values, points } = await walk(page, answer);
    if (values > 20 && points > 20) break;
  }
  const { wrong, values, points } = await walk(page, answer);
  assert.deepEqual(wrong, []);
  assert.ok(values > 20 && points > 20, `${values} values, ${points} points`);
  const found = async (change, expected) => {
    await page.evaluate(change);
    const now = (await walk(page, answer)).wrong;
    assert.equal(now.length, 1, now.join('\n'));
    assert.match(now[0], expected);
    await page.evaluate('window.undo()');
  };
  const shown =
    "[...document.querySelectorAll('[data-path]')]" +
    '.find((e) => e.checkVisibility() && /^[1-9][\\d,.]+$/.test(e.textContent))';
  await found(
    `{ const e = ${shown}, was = e.textContent;
       e.textContent = '9' + was; window.undo = () => (e.textContent = was); }`,
    /another number|grouped/,
  );
  await found(
    `{ const e = ${shown}, was = e.dataset.value;
       e.dataset.value = '1' + was; window.undo = () => (e.dataset.value = was); }`,
    /on the page/,
  );
  await found(
    `{ const e = document.createElement('p'); e.textContent = 'so 17 in all';
       document.querySelector('main').append(e); window.undo = () => e.remove(); }`,
    /so 17 in all/,
  );
  await found(
    `{ const charts = window.orrery.charts, key = Object.keys(charts)[0], was = charts[key];
       const own = Object.getOwnPropertyDescriptor(charts, key);
       const wrong = (p, n) => (n ? p : { ...p, value: 0.123 });
       const drawn = was.map((s, i) => (i ? s : { ...s, points: s.points.map(wrong) }));
       Object.defineProperty(charts, key, { configurable: true, enumerable: true, value: drawn });
       window.undo = () => Object.defineProperty(charts, key, own); }`,
    /drawn 0.123/,
  );
  await close(page);
});

test('numbers are read as a person reads them', () => {
  const money = { key: 'usd', as: 'amount', dimension: 'money' };
  const right = [
    ['$12.8B', 12.84e9, money],
    ['-$12.8B', -12.84e9, money],
    ['$1.66', 1.6612, money],
    ['1.25 GW', 1.2512e9, { key: 'p', as: 'amount', dimension: 'power' }],
    ['98,304', 98304, { key: 'n', as: 'count' }],
    ['45.2 %', 0.4519, { key: 's', as: 'percent', digits: 1 }],
    ['86 days', 86.2 * 86400, { key: 't', as: 'amount', dimension: 'time' }],
    ['3.10', 3.1, { key: 'x', as: 'fixed', digits: 2 }],
    ['2.5', 2.5e6, { key: 'x', as: 'fixed', digits: 1, scale: 1e6 }],
  ];
  for (const [text, value, column] of right) assert.equal(read(text, value, column), undefined);
  const wrong = [
    ['$12.9B', 12.84e9, money],
    ['$12.8M', 12.84e9, money],
    ['12.8B', 12.84e9, money],
    ['$13B', 12.84e9, money],
    ['12,84', 1284, { key: 'n', as: 'count' }],
    ['45 %', 0.4519, { key: 's', as: 'percent', digits: 1 }],
    ['3.1', 3.1, { key: 'x', as: 'fixed', digits: 2 }],
    ['', 3, money],
    ['1.25', 1.2512e9, { key: 'p', as: 'amount', dimension: 'power' }],
  ];
  for (const [text, value, column] of wrong) assert.notEqual(read(text, value, column), undefined, text);
});

test('places are read', () => {
  assert.deepEqual(parts('money.by_cause["order.first"].chips'), ['money', 'by_cause', 'order.first', 'chips']);
  assert.deepEqual(parts('milestones[3].p50'), ['milestones', 3, 'p50']);
  assert.equal(at({ a: [{ 'b c': 5 }] }, 'a[0]["b c"]'), 5);
  assert.throws(() => parts('a..b'));
  assert.match(fault({ place: 'a', exact: '5', title: '5', text: '6' }, { a: 5 }), /another number/);
});
