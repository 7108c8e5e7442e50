// Ten years and fifty sites: everything is there, and it follows the range of days.
import assert from 'node:assert/strict';
import { browserTest, chapters, close, narrow, open, openChapter, settled, shoot } from './support/browser.mjs';
import { fiftySites, pageOf, pageWith } from './support/program.mjs';
import { walk } from './support/walk.mjs';

browserTest('ten years of fifty sites', async () => {
  // Beside another, an answer has no levers, which take minutes for so many inputs.
  const file = fiftySites();
  const {
    html: beside,
    answer: { against, difference, ...answer },
  } = await pageOf(file, '--against', file, '--trials', '20');
  const html = pageWith(beside, answer);
  assert.equal(new Set(answer.capacity.map((row) => row.site)).size, 50);
  const page = await open(html);
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    assert.deepEqual((await walk(page, answer)).wrong.slice(0, 10), [], name);
    await shoot(page, `fifty-sites-${name.toLowerCase()}-light-1280`);
  }
  // Sites one at a time: each is its own.
  await openChapter(page, 'Capacity');
  const frame = page.locator('main .figure').first();
  const choose = frame.locator('.chooser select');
  assert.ok((await choose.locator('option').count()) >= 50);
  for (const site of ['s1', 's50']) {
    await choose.selectOption(site);
    await settled(page);
    const { wrong } = await walk(page, answer);
    assert.deepEqual(wrong, [], site);
    const rows = answer.capacity.filter((row) => row.site === site).length;
    const line = (await page.evaluate(() => window.orrery.charts.capacity)).find((s) => s.mark === 'line');
    assert.equal(line.points.length, rows, site);
  }
  await choose.selectOption('all');
  // Each apart, at the width of a telephone: the page stays as wide as the screen.
  await page.setViewportSize(narrow);
  await choose.selectOption('*');
  await settled(page);
  assert.ok((await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth)) <= 0);
  assert.equal(await frame.locator('.panel').count(), 50);
  assert.deepEqual(await close(page), []);
});
