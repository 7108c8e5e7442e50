// What a figure, a table, a tile or a legend says in cases that are easily got wrong: rows of several days under one
// pointer, days that are not reached, two answers of one scenario, an answer that is none.
import assert from 'node:assert/strict';
import { chapters, close, browserTest, narrow, open, openChapter, settled, wide } from './support/browser.mjs';
import { pageOf, pageWith } from './support/program.mjs';

const colossus = pageOf('scenarios/colossus-1.toml', '--trials', '100');
const beside = pageOf(
  ...['scenarios/colossus-1.toml', '--trials', '50', '--set', 'order.first-100k.rate=x1.2'],
  ...['--against', 'scenarios/colossus-1.toml'],
);
const texts = (page, selector) => page.locator(selector).allTextContents();
const legendOf = (page, title) =>
  page.locator('.figure', { has: page.getByRole('heading', { name: title }) }).locator('.legend button');

browserTest('the pointer reads rows, marks where they stand and says their days', async () => {
  const { html, answer } = await colossus;
  const page = await open(html);
  const plot = page.locator('main .plot').first();
  const box = await plot.boundingBox();
  const days = new Set([...answer.capacity, ...answer.limits].map((r) => r.date));
  for (const row of answer.by_month) days.add(row.month);
  for (const row of answer.milestones) days.add(row.p50);
  for (const row of answer.hindsight) days.add(row.date);
  let elsewhere = 0;
  for (const share of [0.2, 0.31, 0.37, 0.5, 0.83]) {
    await page.mouse.move(box.x + share * box.width, box.y + 100);
    await settled(page);
    const [day] = await texts(page, '.readout > b');
    assert.ok(days.has(day), `${day} is the day of no row`);
    const own = (await texts(page, '.readout td.elsewhere')).filter((d) => d !== day);
    if (own.length) {
      assert.ok((await page.locator('.crosshair.elsewhere').count()) >= 1, `${day}: ${own}`);
      ++elsewhere;
    }
    assert.ok((await page.locator('.plot .ring').count()) > 1);
  }
  assert.ok(elsewhere > 0, 'rows of one day alone');
  assert.deepEqual(await close(page), []);
});

browserTest('milestones have whiskers from P10 to P90; what never runs is not in the legend', async () => {
  const { html, answer } = await colossus;
  const page = await open(html);
  assert.equal(await page.locator('.legend i.points.ends').count(), 1);
  await openChapter(page, 'Power');
  const never = Object.keys(answer.energy.months[0].by_source_mwh).filter((source) =>
    answer.energy.months.every((m) => m.by_source_mwh[source] === 0),
  );
  assert.ok(never.length > 0);
  const shown = await legendOf(page, 'Energy by source and month').allTextContents();
  assert.deepEqual(
    never.filter((source) => shown.includes(source)),
    [],
  );
  assert.deepEqual(await close(page), []);
});

browserTest('without trials no legend speaks of P10 and P90', async () => {
  const { html } = await pageOf('scenarios/colossus-1.toml', '--trials', '0');
  const page = await open(html);
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    for (const text of await texts(page, 'main .figure .legend')) assert.doesNotMatch(text, /P10/, name);
  }
  assert.deepEqual(await close(page), []);
});

browserTest(
  'two answers of one scenario: which is which, each note with its own number, whiskers of both',
  async () => {
    const { html, answer } = await beside;
    const page = await open(html);
    assert.match(await page.locator('p.against').textContent(), /as changed, beside Colossus 1 as in the file/);
    const order = await page
      .locator('.tile', { hasText: 'Nine tenths usable' })
      .evaluate((tile) => [...tile.children].map((e) => e.className.split(' ')[0]));
    assert.ok(order.indexOf('tile-note') < order.indexOf('tile-other'), order.join());
    assert.ok(answer.key_figures.length > 5);
    await openChapter(page, 'Schedule');
    assert.ok((await page.locator('.line .whisker.other').count()) > 0);
    assert.ok((await page.locator('.line .whisker:not(.other)').count()) > 0);
    await openChapter(page, 'Difference');
    assert.ok((await texts(page, 'main thead')).some((t) => /as changed.*as in the file/.test(t)));
    assert.deepEqual(await close(page), []);
  },
);

browserTest('an answer that says nothing, or stops the page, leaves a message', async () => {
  const { html, answer } = await colossus;
  const nothing = Object.fromEntries(Object.keys(answer).map((key) => [key, null]));
  for (const broken of [nothing, null, { ...answer, figures: [{ key: 'x', title: 'X', plot: 'time', layers: 3 }] }]) {
    const page = await open(pageWith(html, broken));
    assert.match(await page.locator('main').textContent(), /cannot be shown.*run the scenario again/);
    await close(page);
  }
});

browserTest('days that are not reached, columns without a value, long titles, states of contracts', async () => {
  const { html, answer } = await colossus;
  const title = 'A'.repeat(200);
  const milestones = answer.milestones.map((m) => ({ ...m, p90: null, observed: null }));
  const key_figures = answer.key_figures.map((k) => (k.unit === 'date' ? { ...k, p90: null } : k));
  const schedule = answer.schedule.map((r) => ({ ...r, finish: r.finish && { ...r.finish, p90: null } }));
  const page = await open(pageWith(html, { ...answer, title, milestones, key_figures, schedule }), { size: narrow });
  const over = () => page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  assert.ok((await over()) <= 0, 'a long title is wider than the screen');
  assert.ok((await texts(page, '.tile-between')).some((t) => t.includes('after the forecast')));
  const heads = await page.locator('main .block', { hasText: 'Milestones' }).first().locator('th').allTextContents();
  assert.ok(heads.some((h) => h.startsWith('P90')) && !heads.some((h) => h.startsWith('observed')), heads.join());
  await openChapter(page, 'Schedule');
  await page.getByRole('button', { name: 'Table', exact: true }).first().click();
  assert.match((await texts(page, '.opened tbody')).join(), /after the forecast/);
  assert.deepEqual(await close(page), []);
  const contracts = await pageOf('scenarios/openai-commitments.toml');
  const other = await open(contracts.html);
  const colours = await other
    .locator('.schedule-box .legend i')
    .evaluateAll((all) => all.map((i) => i.style.getPropertyValue('--colour')).filter(Boolean));
  assert.ok(colours.length > 1 && new Set(colours).size === colours.length, colours.join());
  assert.deepEqual(await close(other), []);
});

browserTest('with one site chosen, figures of all sites say so', async () => {
  const { html } = await pageOf('scenarios/stargate-sites.toml', '--trials', '20');
  const page = await open(html, { size: wide });
  await openChapter(page, 'Power');
  const units = () => texts(page, 'main .figure .unit');
  assert.deepEqual(
    (await units()).filter((u) => u.includes('every site')),
    [],
  );
  await page.locator('.chooser select').first().selectOption('milam');
  await settled(page);
  assert.ok((await units()).filter((u) => u.includes('every site')).length >= 2, (await units()).join());
  assert.deepEqual(await close(page), []);
});

browserTest('on paper words are whole and tables as wide as the sheet', async () => {
  const { html } = await colossus;
  const page = await open(html);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.waitForTimeout(500);
  const wrong = await page.evaluate(() =>
    [...document.querySelectorAll('.paper .table-scroll')]
      .filter((box) => [...box.children].some((table) => table.offsetWidth > box.clientWidth + 1))
      .map((box) => box.getAttribute('aria-label')),
  );
  const broken = await page.evaluate(() => {
    const cell = document.querySelector('.paper .table-scroll td');
    return cell && getComputedStyle(cell).overflowWrap;
  });
  assert.equal(broken, 'normal');
  assert.deepEqual(wrong, []);
  await close(page);
});
