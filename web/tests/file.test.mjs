// The page as one file, opened from disk: small, silent, without a network; its rows as CSV, its range of days, its
// address.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { browserTest, chapters, close, open, openChapter, settled } from './support/browser.mjs';
import { pageOf, root } from './support/program.mjs';
import { walk } from './support/walk.mjs';

const colossus = pageOf('scenarios/colossus-1.toml', '--trials', '1000');
const MB = 1e6;

test('the bundle is 1 MB or less compressed', () => {
  const size = ['index.html', 'app.js', 'app.css']
    .map((file) => gzipSync(readFileSync(path.join(root, 'build/web', file))).length)
    .reduce((a, b) => a + b);
  assert.ok(size <= 1 * MB, `${size} bytes`);
});

browserTest('one file asks for nothing and is 3 MB or less', async () => {
  const { html, answer } = await colossus;
  const { size } = statSync(html);
  assert.ok(size <= 3 * MB, `${size} bytes`);
  const page = await open(html, { offline: true });
  for (const name of await chapters(page)) await openChapter(page, name);
  assert.equal(await page.locator('h1').first().textContent(), answer.title);
  const asked = page.asked.filter((address) => !/^(data|blob):/.test(address));
  assert.deepEqual(await close(page), []);
  assert.equal(asked.length, 1, asked.join('\n'));
  assert.match(asked[0], /^file:/);
});

/// RFC 4180.
function rowsOfCsv(text) {
  const rows = [[]];
  let quoted = false,
    field = '';
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows[rows.length - 1].push(field);
      field = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') field += c;
  }
  assert.deepEqual(rows.pop(), [], 'the last line ends');
  const [names, ...lines] = rows;
  return lines.map((line) => {
    assert.equal(line.length, names.length);
    return Object.fromEntries(names.map((name, i) => [name, line[i]]));
  });
}

/// A row of the answer as CSV has it: plain values by their way down, as they are written in JSON.
function flat(row) {
  const out = {};
  const visit = (value, name) => {
    if (value && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inside] of Object.entries(value)) visit(inside, name ? `${name}/${key}` : key);
    else if (value !== null) out[name] = typeof value === 'string' ? value : JSON.stringify(value);
  };
  visit(row, '');
  return out;
}

browserTest('every figure gives its rows as CSV, exactly', async () => {
  const { html, answer } = await colossus;
  let checked = 0,
    page = await open(html);
  for (const name of await chapters(page)) {
    // A browser stops a page that hands out many files one after the other.
    assert.deepEqual(await close(page), []);
    page = await open(html);
    await openChapter(page, name);
    for (const frame of await page.locator('main .figure').all()) {
      const title = (await frame.locator('h3').textContent()).trim();
      const figure = answer.figures.find((f) => f.title === title);
      if (!figure) continue;
      const tables = [...new Set(figure.layers.map((l) => l.table))].filter(
        (key) => key.split('/').reduce((value, part) => value?.[part], answer)?.length,
      );
      for (const button of await frame.getByRole('button', { name: /^CSV/ }).all()) {
        const [download] = await Promise.all([
          page.waitForEvent('download').catch(() => assert.fail(`${title}: no file`)),
          button.click(),
        ]);
        const key = tables.find((t) => `${t.replace('/', '-')}.csv` === download.suggestedFilename());
        assert.ok(key, `${title}: ${download.suggestedFilename()} is none of ${tables}`);
        const layers = figure.layers.filter((l) => l.table === key);
        const select = frame.locator('.chooser select');
        const one = (await select.count()) ? await select.inputValue() : 'all';
        const chosen = (row) => one === 'all' || one === '*' || (row[figure.choose] ?? one) === one;
        const rows = key
          .split('/')
          .reduce((v, part) => v[part], answer)
          .filter((row) => layers.some((l) => !l.where || row[l.where] === l.is))
          .filter(chosen);
        const given = rowsOfCsv(readFileSync(await download.path(), 'utf8'));
        assert.equal(given.length, rows.length, `${title}: ${key}`);
        rows.forEach((row, i) => {
          const filled = Object.fromEntries(Object.entries(given[i]).filter(([, v]) => v !== ''));
          const wanted = Object.fromEntries(Object.entries(flat(row)).filter(([k, v]) => v !== '' && k in given[i]));
          assert.deepEqual(filled, wanted, `${title}: ${key}[${i}]`);
          for (const layer of layers)
            assert.ok(Object.keys(given[i]).some((k) => k === layer.value || k.startsWith(`${layer.value}/`)));
        });
        ++checked;
      }
    }
  }
  assert.deepEqual(await close(page), []);
  assert.ok(checked >= answer.figures.length - 2, `${checked} files of ${answer.figures.length} figures`);
});

browserTest('every figure says what it stands on', async () => {
  const { html, answer } = await colossus;
  const page = await open(html);
  for (const name of await chapters(page)) {
    await openChapter(page, name);
    for (const frame of await page.locator('main .figure').all()) {
      const title = (await frame.locator('h3').textContent()).trim();
      const own = answer.figures.find((f) => f.title === title);
      if (!own) continue;
      await frame.getByRole('button', { name: 'Sources', exact: true }).click();
      const facts = answer.facts.filter((f) => own.facts.length === 0 || own.facts.some((p) => f.key.startsWith(p)));
      const shown = await frame.locator('.opened tbody tr').count();
      assert.equal(shown, Math.min(200, facts.length), title);
      const text = await frame.locator('.opened tbody').textContent();
      for (const fact of facts.slice(0, 5))
        assert.ok(text.includes(fact.key) && text.includes(fact.source ?? ''), `${title}: ${fact.key}`);
    }
  }
  assert.deepEqual(await close(page), []);
});

/// The days that all figures over time reach over, as the address says; null: to the end. A page writes its address a
/// little after the last move.
const range = async (page) => {
  await page.waitForTimeout(200);
  const query = new URLSearchParams(new URL(page.url()).hash.replace(/^#\/?\??/, ''));
  return [query.get('from'), query.get('to')];
};

browserTest(
  'one range of days for all figures: dragged, by keys, reset; the address brings the view back',
  async () => {
    const { html, answer } = await colossus;
    const page = await open(html);
    await openChapter(page, 'Capacity');
    const plot = page.locator('main .plot').first();
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    const drag = async (a, b) => {
      await page.mouse.move(box.x + a * box.width, box.y + box.height / 3);
      await page.mouse.down();
      await page.mouse.move(box.x + ((a + b) / 2) * box.width, box.y + box.height / 3);
      await page.mouse.move(box.x + b * box.width, box.y + box.height / 3);
      await page.mouse.up();
      await settled(page);
    };
    await drag(0.3, 0.6);
    const [from, to] = await range(page);
    assert.ok(from > answer.scenario.start && to < answer.scenario.end && from < to, `${from} to ${to}`);

    await openChapter(page, 'Money');
    assert.deepEqual(await range(page), [from, to]);
    assert.deepEqual((await walk(page, answer)).wrong, []);

    // The same address opens the same view.
    const link = page.url();
    /// The days below the first figure and those of the range, as they stand.
    const days = (of) =>
      of.evaluate(() => ({
        axis: [...document.querySelectorAll('main .figure .drawing svg text')].map((e) => e.textContent),
        fields: [...document.querySelectorAll('.range input')].map((e) => e.value),
      }));
    const again = await open(link.replace(/^file:\/\//, ''));
    assert.equal(await again.getByRole('tab', { selected: true }).textContent(), 'Money');
    assert.deepEqual(await range(again), [from, to]);
    const here = await days(page);
    assert.ok(here.axis.length > 4 && here.fields.join() === [from, to].join(), JSON.stringify(here));
    assert.deepEqual(await days(again), here);
    assert.deepEqual(await close(again), []);

    // Keys: nearer, later, all.
    const focus = page.locator('main .plot').first();
    await focus.focus();
    await page.keyboard.press('+');
    const nearer = await range(page);
    assert.ok(nearer[0] >= from && nearer[1] <= to && nearer.join() !== [from, to].join(), nearer.join(' to '));
    await page.keyboard.press('Shift+ArrowRight');
    assert.ok((await range(page))[0] > nearer[0], 'later');
    await page.keyboard.press('0');
    assert.deepEqual(await range(page), [null, null]);

    // What the arrow keys read out is the answer's.
    for (let i = 0; i < 5; ++i) {
      await page.keyboard.press('ArrowRight');
      const { wrong, values } = await walk(page, answer);
      assert.deepEqual(wrong, []);
      assert.ok(values > 0 && (await page.locator('.readout').count()) === 1);
    }
    assert.deepEqual(await close(page), []);
  },
);

browserTest('back and forward go from chapter to chapter', async () => {
  const { html } = await colossus;
  const page = await open(html);
  const names = await chapters(page);
  await openChapter(page, names[2]);
  await openChapter(page, names[3]);
  await page.goBack();
  await settled(page);
  assert.equal(await page.getByRole('tab', { selected: true }).textContent(), names[2]);
  await page.goForward();
  await settled(page);
  assert.equal(await page.getByRole('tab', { selected: true }).textContent(), names[3]);
  assert.deepEqual(await close(page), []);
});
