// A kind of study that the page has never seen, the toy of tests/report/new_kind_test.cpp: readable at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { browserTest, chapters, close, open, openChapter, shoot } from './support/browser.mjs';
import { folder, pageOf, pageWith, root } from './support/program.mjs';
import { walk } from './support/walk.mjs';

const toy = process.env.ORRERY_TOY ?? path.join(root, 'build/release/tests/test_report');

browserTest('a kind never seen shows its title, values, tables, series, notes and sources', async () => {
  const file = path.join(folder, 'toy.json');
  execFileSync(toy, ['--gtest_filter=NewKind.IsRendered'], {
    env: { ...process.env, ORRERY_TOY_JSON: file },
    stdio: 'ignore',
  });
  const answer = JSON.parse(readFileSync(file, 'utf8'));
  const { html } = await pageOf('scenarios/gpu-market.toml');
  const page = await open(pageWith(html, answer));
  assert.equal(await page.locator('h1').first().textContent(), answer.title);
  const places = new Set(),
    texts = [];
  const charts = {};
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    const seen = await walk(page, answer);
    assert.deepEqual(seen.wrong, [], name);
    for (const place of seen.places) places.add(place);
    for (const { figure, series } of seen.charts) charts[figure] = series;
    texts.push(await page.locator('main').innerText());
    await shoot(page, `new-kind-${name.toLowerCase().replace(/\W+/g, '-')}-light-1280`);
  }
  assert.deepEqual(await close(page), []);
  const text = texts.join('\n');
  assert.ok(
    places.has('takings.p50') && places.has('takings.p10') && places.has('takings.p90'),
    'the value with its spread',
  );
  for (const i of [0, 1, 2]) assert.ok(places.has(`months[${i}].takings.p50`), `month ${i}`);
  assert.match(text, /By month/);
  assert.match(text, /school is out/);
  assert.match(text, /Cups are sold in summer alone\./);
  for (const fact of answer.facts)
    assert.ok(
      [fact.key, fact.value, fact.origin, fact.where].every((t) => text.includes(t)),
      fact.key,
    );
  // A table of months is drawn though no figure names it.
  const drawn = Object.values(charts)
    .flat()
    .flatMap((s) => s.points)
    .filter((p) => p.path.startsWith('months'));
  assert.deepEqual(
    drawn.map((p) => [p.along, p.value.p50]),
    answer.months.map((m) => [m.month, m.takings.p50]),
  );
});
