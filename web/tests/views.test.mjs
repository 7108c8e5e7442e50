// Every chapter in both themes, 1280 and 390 pixels wide, and on paper: accessible, nothing wider than the screen, all
// of it within reach of the keyboard. A picture of each is kept.
import assert from 'node:assert/strict';
import { findings } from './support/access.mjs';
import {
  beyond,
  browserTest,
  chapters,
  close,
  narrow,
  open,
  openChapter,
  settled,
  shoot,
  wide,
} from './support/browser.mjs';
import { pageOf } from './support/program.mjs';

const colossus = pageOf('scenarios/colossus-1.toml', '--trials', '1000');

const fileName = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

for (const scheme of ['light', 'dark'])
  for (const size of [wide, narrow])
    browserTest(`views: ${scheme}, ${size.width} wide`, async () => {
      const { html } = await colossus;
      const page = await open(html, { size, scheme });
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), scheme);
      const wrong = [];
      for (const name of await chapters(page)) {
        await openChapter(page, name);
        await shoot(page, `colossus-1-${fileName(name)}-${scheme}-${size.width}`);
        wrong.push(...(await findings(page)).map((f) => `${name}: ${f}`));
        const over = await beyond(page);
        if (over.length) wrong.push(`${name}: ${over.join(' ')}`);
      }
      assert.deepEqual(await close(page), []);
      assert.deepEqual(wrong, []);
    });

const others = [
  ['stargate-sites', '--trials', '50'],
  ['gpu-market', '--trials', '200'],
  ['chip-factories', '--trials', '50'],
  ['finance/gigawatt-year'],
  ['training', '--trials', '50'],
  ['network'],
  ['energy'],
  ['load'],
  ['colossus-1', '--set', 'order.gb200.rate=x2', '--against', 'colossus-1'],
];
for (const [scenario, ...options] of others)
  browserTest(`views: ${scenario} ${options.join(' ')}`, async () => {
    const { html } = await pageOf(`scenarios/${scenario}.toml`, ...options);
    const page = await open(html, { size: narrow });
    const wrong = [];
    for (const name of await chapters(page)) {
      await openChapter(page, name);
      const over = await beyond(page);
      if (over.length) wrong.push(`${name}: ${over.join(' ')}`);
    }
    await page.setViewportSize(wide);
    for (const name of await chapters(page)) {
      await openChapter(page, name);
      await shoot(
        page,
        `${fileName(scenario)}${options.includes('--against') ? '-against' : ''}-${fileName(name)}-light-1280`,
      );
    }
    wrong.push(...(await findings(page)));
    assert.deepEqual(await close(page), []);
    assert.deepEqual(wrong, []);
  });

browserTest('what the check for accessibility must find, it finds', async () => {
  const { html } = await colossus;
  const page = await open(html);
  await page.evaluate(() => {
    const field = document.createElement('input');
    const pale = document.createElement('p');
    pale.textContent = 'hardly there';
    pale.style.cssText = 'color: #ddd; background: #fff';
    document.querySelector('main').append(field, pale);
    document.querySelector('main').style.width = '3000px';
  });
  const found = (await findings(page)).join('\n');
  assert.match(found, /label/);
  assert.match(found, /color-contrast/);
  assert.ok((await beyond(page)).length > 0);
  await close(page);
});

browserTest('the theme turns and stands in the address', async () => {
  const { html } = await colossus;
  const page = await open(html);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark' }).click();
  await settled(page);
  assert.notEqual(await ground(), light);
  await page.waitForURL(/theme=dark/);
  await page.getByRole('button', { name: 'Light' }).click();
  await settled(page);
  assert.equal(await ground(), light);
  assert.deepEqual(await close(page), []);
});

browserTest('the keyboard reaches everything, and shows where it is', async () => {
  const { html } = await colossus;
  const page = await open(html);
  const now = () =>
    page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e),
        box = e.getBoundingClientRect();
      return {
        text: e.textContent.trim().slice(0, 40),
        role: e.getAttribute('role'),
        tag: e.tagName,
        outlined: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
        onScreen: box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0,
      };
    });
  await page.keyboard.press('Tab');
  const first = await now();
  assert.match(first.text, /content/);
  assert.ok(first.onScreen && first.outlined, JSON.stringify(first));
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');

  // To the chapters, and with the arrows from one to the next.
  const names = await chapters(page);
  let at = await now();
  for (let i = 0; i < 60 && at.role !== 'tab'; ++i) {
    await page.keyboard.press('Tab');
    at = await now();
  }
  assert.equal(at.text, names[0]);
  for (const [key, name] of [
    ['ArrowRight', names[1]],
    ['End', names[names.length - 1]],
    ['ArrowRight', names[0]],
    ['ArrowLeft', names[names.length - 1]],
    ['Home', names[0]],
  ]) {
    await page.keyboard.press(key);
    await settled(page);
    at = await now();
    assert.equal(at.text, name, key);
    assert.ok(at.outlined && (await page.getByRole('tab', { selected: true }).textContent()) === name, key);
  }

  // Whatever can be pressed or filled in comes when Tab is pressed often enough, and is seen to have the focus.
  await page.evaluate(() => {
    const wanted = 'a[href], button:not(:disabled), select, input, summary, [tabindex="0"]';
    window.wanted = new Set(
      [...document.querySelectorAll(wanted)].filter((e) => e.checkVisibility() && e.tabIndex >= 0),
    );
    window.missed = [];
    document.addEventListener('focusin', (e) => {
      window.wanted.delete(e.target);
      const style = getComputedStyle(e.target);
      if (style.outlineStyle === 'none' && style.boxShadow === 'none')
        window.missed.push(e.target.outerHTML.slice(0, 100));
    });
    document.activeElement.blur();
  });
  const all = await page.evaluate(() => window.wanted.size);
  for (let i = 0; i < all + 20; ++i) await page.keyboard.press('Tab');
  assert.ok(all > 15, `${all}`);
  assert.deepEqual(await page.evaluate(() => [...window.wanted].map((e) => e.outerHTML.slice(0, 100))), []);
  assert.deepEqual(await page.evaluate(() => window.missed), []);
  assert.deepEqual(await close(page), []);
});

browserTest('on paper every chapter is open, light, without controls', async () => {
  const { html } = await colossus;
  const page = await open(html, { scheme: 'dark' });
  const names = await chapters(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await settled(page);
  await shoot(page, 'colossus-1-print');
  assert.deepEqual(await page.locator('main h2').allTextContents(), names);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  const controls = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input')]
      .filter((e) => e.checkVisibility() && !e.closest('th, .legend'))
      .map((e) => e.outerHTML.slice(0, 100)),
  );
  assert.deepEqual(controls, []);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
  await settled(page);
  assert.deepEqual(await chapters(page), names);
  const pdf = await page.pdf();
  assert.ok(pdf.length > 20_000, `${pdf.length} bytes of PDF`);
  assert.deepEqual(await close(page), []);
});
