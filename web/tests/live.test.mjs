// The page served: a value is changed and run, compared, saved and shared; a run is cancelled; nobody else may ask.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { after } from 'node:test';
import { findings } from './support/access.mjs';
import { beyond, browserTest, chapters, close, narrow, open, openChapter, settled, shoot } from './support/browser.mjs';
import { folder, orrery, pageOf } from './support/program.mjs';
import { serve } from './support/server.mjs';
import { walk } from './support/walk.mjs';

const own = path.join(folder, 'own');
mkdirSync(own);
const few = ['--trials', '100'];

let server;
async function served() {
  server ??= await serve('colossus-1', '--folder', own);
  return server;
}
after(async () => {
  if (server) assert.equal(await server.stop(), 0, 'orrery view ends cleanly');
});

/// The page of a link of the running server, with 100 trials and the first answer shown.
let first = true;
async function openLive(view = '', options = {}) {
  const at = await served();
  const link = first ? at.link : await at.another();
  first = false;
  const page = await open(link.replace('#token=', `#/?trials=100${view}&token=`), {
    ...options,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.locator('main [role=tab]').first().waitFor();
  await answered(page);
  return page;
}

/// Until what is shown answers what is asked.
async function answered(page) {
  await page.waitForFunction(() => {
    const results = document.querySelector('.results');
    return results && !results.classList.contains('stale') && results.getAttribute('aria-busy') === 'false';
  });
  await settled(page);
}

const shownAnswer = (page) => page.evaluate(() => window.orrery.answer);
const tiles = (page) => page.locator('.tile-value').allTextContents();
const points = async (page, figure) => JSON.stringify(await page.evaluate((key) => window.orrery.charts[key], figure));

/// Types a value into the form's field of that key.
async function give(page, key, value) {
  const search = page.locator('#inputs input[type=search]');
  await search.fill(key);
  const field = page.locator(`#inputs [data-key="${key}"] input`).first();
  await field.waitFor();
  await field.fill(value);
  await field.press('Enter');
}

async function correct(page, answer, others = []) {
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    assert.deepEqual((await walk(page, answer, { within: '#content', others })).wrong, [], name);
  }
}

browserTest('a value is changed and run: figures and key figures change, as the program itself answers', async () => {
  const page = await openLive('&tab=Capacity');
  assert.ok(!page.url().includes('token='), 'the token is taken out of the address');
  const before = { tiles: await tiles(page), points: await points(page, 'capacity') };
  const asInFile = JSON.parse(await orrery('run', 'colossus-1', ...few, '--json'));
  assert.deepEqual(await shownAnswer(page), asInFile);
  await shoot(page, 'live-1280');

  await give(page, 'order.first-100k.rate', '900 chips/day');
  await page.waitForFunction(() => location.hash.includes('set='));
  await answered(page);
  assert.notDeepEqual(await tiles(page), before.tiles);
  assert.notEqual(await points(page, 'capacity'), before.points);
  const answer = JSON.parse(
    await orrery('run', 'colossus-1', ...few, '--set', 'order.first-100k.rate=900 chips/day', '--json'),
  );
  assert.deepEqual(await shownAnswer(page), answer);
  await correct(page, answer, [asInFile.facts]);
  await shoot(page, 'live-changed-1280');

  // Taken back, all is as before.
  await page.getByRole('button', { name: 'Undo' }).click();
  await answered(page);
  await openChapter(page, 'Capacity');
  assert.deepEqual(await tiles(page), before.tiles);
  assert.equal(await points(page, 'capacity'), before.points);
  assert.deepEqual(await close(page), []);
});

browserTest('a changed scenario beside the one in its file', async () => {
  const page = await openLive('&tab=Capacity&set=order.gb200.rate%3Dx2');
  await page.getByLabel('Compare with').selectOption('colossus-1');
  await page.getByRole('tab', { name: 'Difference' }).waitFor();
  await answered(page);
  const answer = JSON.parse(
    await orrery('run', 'colossus-1', ...few, '--set', 'order.gb200.rate=x2', '--against', 'colossus-1', '--json'),
  );
  assert.deepEqual(await shownAnswer(page), answer);
  assert.ok(
    (await page.evaluate(() => window.orrery.charts.capacity)).some((s) => s.against),
    'the other is drawn too',
  );
  await correct(page, answer, ['x2']);
  assert.deepEqual(await close(page), []);
});

browserTest('a value that will not do is refused beside its field, in the words of the program', async () => {
  const page = await openLive();
  await give(page, 'order.first-100k.rate', '12 bananas');
  const said = page.locator('#inputs [data-key="order.first-100k.rate"] [role=alert]');
  await said.waitFor();
  assert.match(await said.textContent(), /banana/);
  assert.deepEqual(await close(page), []);
});

browserTest('Undo after the browser has gone back takes back the step before', async () => {
  const page = await openLive();
  const trials = page.locator('#inputs').getByLabel('Trials');
  for (const n of ['20', '30']) {
    await trials.fill(n);
    await trials.press('Enter');
    await page.waitForFunction((is) => window.orrery.answer.trials === is, Number(n));
  }
  await page.goBack();
  await page.waitForFunction(() => window.orrery.answer.trials === 20);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForFunction(() => window.orrery.answer.trials === 100);
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.waitForFunction(() => window.orrery.answer.trials === 30);
  assert.equal(await page.getByRole('button', { name: 'Redo' }).isDisabled(), true);
  assert.deepEqual(await close(page), []);
});

browserTest('a name that leads elsewhere is refused in the window that asks for it', async () => {
  const page = await openLive();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog');
  for (const name of ['../elsewhere', 'a/b', '.hidden', '-x', 'a b', 'a'.repeat(65), 'fine-1.2']) {
    await dialog.getByLabel('Name of the file').fill(name);
    const fine = name === 'fine-1.2';
    assert.equal(await dialog.getByRole('button', { name: /^Save in/ }).isDisabled(), !fine, name);
    assert.equal(await dialog.getByRole('button', { name: 'Download' }).isDisabled(), !fine, name);
    assert.equal(await dialog.getByText('A name has letters').count(), fine ? 0 : 1, name);
  }
  assert.deepEqual(await close(page), []);
});

browserTest('a server that has gone is not the fault of the value', async () => {
  const gone = await serve('three-keys');
  const page = await open(gone.link.replace('#token=', '#/?trials=20&token='));
  await page.locator('main [role=tab]').first().waitFor();
  await answered(page);
  await gone.stop();
  await give(page, 'chips', '90000 x h100-sxm');
  await page.locator('.notices').getByText('the server does not answer').waitFor();
  assert.equal(await page.locator('#inputs [data-key] [role=alert]').count(), 0);
  assert.equal(await page.getByText('a value that is not good').count(), 0);
  await close(page);
});

browserTest('saved as a scenario file, downloaded, opened again', async () => {
  const page = await openLive('&set=order.gb200.rate%3Dx2');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the file').fill('doubled');
  await dialog.getByLabel('Title').fill('Doubled');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  const exported = path.join(folder, download.suggestedFilename());
  writeFileSync(exported, readFileSync(await download.path()));
  await dialog.getByRole('button', { name: /^Save in/ }).click();
  await dialog.getByText('Saved as doubled').waitFor();
  const outputs = (text) => {
    const { facts, title, scenario, sentences, ...rest } = JSON.parse(text);
    return rest;
  };
  const wanted = outputs(await orrery('run', 'colossus-1', ...few, '--set', 'order.gb200.rate=x2', '--json'));
  for (const file of [path.join(own, 'doubled.toml'), exported]) {
    const text = await orrery('run', file, ...few, '--json');
    assert.equal(JSON.parse(text).title, 'Doubled', file);
    assert.deepEqual(outputs(text), wanted, file);
  }
  await dialog.getByRole('button', { name: 'Open it' }).click();
  await page.waitForFunction(() => window.orrery.answer?.title === 'Doubled');
  await answered(page);
  assert.equal(await page.locator('main h1').first().textContent(), 'Doubled');
  assert.deepEqual(await close(page), []);
});

browserTest('a link brings the whole view back', async () => {
  const page = await openLive('&set=order.gb200.rate%3Dx2&tab=Money&from=2024-09-01&to=2025-09-30&theme=dark');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const seen = await page.evaluate(() => ({
    answer: window.orrery.answer,
    theme: document.documentElement.dataset.theme,
  }));
  assert.equal(seen.theme, 'dark');
  assert.match(link, /hash=/);
  const again = await page.context().newPage();
  await again.goto(link);
  await again.locator('main [role=tab]').first().waitFor();
  await answered(again);
  assert.deepEqual(
    await again.evaluate(() => ({ answer: window.orrery.answer, theme: document.documentElement.dataset.theme })),
    seen,
  );
  assert.equal(await again.getByRole('tab', { selected: true }).textContent(), 'Money');
  assert.deepEqual(await again.locator('.range input').evaluateAll((all) => all.map((e) => e.value)), [
    '2024-09-01',
    '2025-09-30',
  ]);
  assert.deepEqual(await close(page), []);
});

browserTest('a long run shows how far it is, is cancelled, and what was there stays', async () => {
  const page = await openLive();
  const before = await tiles(page);
  const trials = page.locator('#inputs').getByLabel('Trials');
  await trials.fill('100000');
  await trials.press('Enter');
  await page.getByRole('progressbar').waitFor();
  await page.waitForFunction(
    () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) > 0,
  );
  assert.deepEqual(await tiles(page), before);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  assert.deepEqual(await tiles(page), before);
  // What is asked next is answered.
  await trials.fill('50');
  await trials.press('Enter');
  await page.waitForFunction(() => window.orrery.answer.trials === 50);
  assert.deepEqual(await close(page), []);
});

browserTest('form, catalog and windows: accessible, 390 pixels wide', async () => {
  const page = await openLive('', { size: narrow });
  const wrong = [];
  const look = async (name) => {
    await settled(page);
    await shoot(page, `live-${name}-390`);
    wrong.push(...(await findings(page)).map((f) => `${name}: ${f}`));
    const over = await beyond(page);
    if (over.length) wrong.push(`${name}: ${over.join(' ')}`);
  };
  await look('answer');
  await page.getByRole('button', { name: 'Inputs', exact: true }).click();
  await look('form');
  await page.getByRole('button', { name: 'Inputs', exact: true }).click();
  for (const [button, name] of [
    ['Catalog', 'catalog'],
    ['Save', 'save'],
    ['Commands', 'commands'],
  ]) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await look(name);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  assert.deepEqual(await close(page), []);
  assert.deepEqual(wrong, []);
});

browserTest('an answer that was kept is shown without a run', async () => {
  const { text, answer } = await pageOf('scenarios/gpu-market.toml', ...few);
  const file = path.join(folder, 'answer.json');
  writeFileSync(file, text);
  const kept = await serve(file);
  try {
    const page = await open(kept.link);
    await page.locator('main [role=tab]').first().waitFor();
    assert.deepEqual(await shownAnswer(page), answer);
    await correct(page, answer);
    assert.deepEqual(await close(page), []);
  } finally {
    assert.equal(await kept.stop(), 0);
  }
});

browserTest('nobody else may ask', async () => {
  const page = await openLive();
  const { origin } = await served();
  // Without the key, from the page's own origin.
  assert.equal(await page.evaluate(() => fetch('/api/scenarios').then((r) => r.status)), 401);
  const key = await page.evaluate(() =>
    Object.values(sessionStorage)
      .concat(Object.values(localStorage))
      .find((v) => v.length >= 32 && !v.startsWith('[')),
  );
  const asked = (at) => ({ at, key });
  const ask = ({ at, key }) =>
    fetch(`${at}/api/scenarios`, { headers: { Authorization: `Bearer ${key}` } }).then(
      (r) => r.status,
      (e) => e.name,
    );
  assert.equal(await page.evaluate(ask, asked(origin)), 200);
  // A page of another port, with the key even.
  const other = createServer((_, answer) => answer.end('<!doctype html><main><h1>other</h1></main>'));
  await new Promise((done) => other.listen(0, '127.0.0.1', done));
  const foreign = await open(`http://127.0.0.1:${other.address().port}/`);
  assert.equal(await foreign.evaluate(ask, asked(origin)), 'TypeError');
  assert.equal(
    await foreign.evaluate(
      (at) =>
        fetch(`${at}/api/scenarios`).then(
          (r) => r.status,
          (e) => e.name,
        ),
      origin,
    ),
    'TypeError',
  );
  assert.equal(
    await foreign.evaluate(
      (at) =>
        fetch(`${at}/api/scenarios`, { mode: 'no-cors' }).then(
          (r) => r.type,
          (e) => e.name,
        ),
      origin,
    ),
    'TypeError',
  );
  await close(foreign);
  await close(page);
  other.close();
});
