// How quick the page is; run by hand and by `./dev bench`: the first picture of a result of 10,000 trials from a file
// on disk, chapters opened, and frames while the range of days is dragged over ten years of fifty sites. It prints what
// it measures and judges nothing: machines differ.
import { statSync } from 'node:fs';
import { chapters, close, open, openChapter, theBrowser } from './support/browser.mjs';
import { fiftySites, pageOf, pageWith } from './support/program.mjs';

/// Notes when the first figure has been drawn: milliseconds from the beginning of the page.
const noteFirst = () => {
  const look = new MutationObserver(() => {
    if (!document.querySelector('main .drawing svg, main .drawing canvas')) return;
    look.disconnect();
    requestAnimationFrame(() => requestAnimationFrame((now) => (window.firstFigure = now)));
  });
  look.observe(document, { childList: true, subtree: true });
};

const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))];

async function firstPicture(name, html) {
  const paints = [],
    figures = [];
  for (let i = 0; i < 5; ++i) {
    const page = await open(html, { before: noteFirst });
    await page.waitForFunction(() => window.firstFigure !== undefined);
    figures.push(await page.evaluate(() => window.firstFigure));
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    await close(page);
  }
  console.log(
    [
      `${name}: ${(statSync(html).size / 1e6).toFixed(2)} MB; first paint ${quantile(paints, 0.5).toFixed(0)} ms`,
      `first figure ${quantile(figures, 0.5).toFixed(0)} ms (medians of 5)`,
    ].join(', '),
  );
}

async function chapterTimes(name, html) {
  const page = await open(html);
  const times = [];
  for (const chapter of await chapters(page)) {
    const from = Date.now();
    await openChapter(page, chapter);
    times.push(`${chapter} ${Date.now() - from} ms`);
  }
  console.log(`${name}: chapters opened: ${times.join(', ')}`);
  await close(page);
}

async function frames(name, html, chapter) {
  const page = await open(html);
  await openChapter(page, chapter);
  const bar = await page.locator('.range-part').boundingBox();
  const y = bar.y + bar.height / 2;
  // First a part of the time, by its right end; then the part is dragged along, as fast as frames come.
  await page.mouse.move(bar.x + bar.width, y);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width * 0.3, y, { steps: 4 });
  await page.mouse.up();
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const frame = (now) => {
      window.frames_.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await page.mouse.move(bar.x + bar.width * 0.15, y);
  await page.mouse.down();
  for (let i = 0; i <= 60; ++i) await page.mouse.move(bar.x + bar.width * (0.15 + 0.6 * (i / 60)), y);
  await page.mouse.up();
  const times = await page.evaluate(() => window.frames_.slice(1));
  console.log(
    [
      `${name}, ${chapter}: ${times.length} frames while dragged: median ${quantile(times, 0.5).toFixed(0)} ms`,
      `P90 ${quantile(times, 0.9).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
    ].join(', '),
  );
  await close(page);
}

const colossus = await pageOf('scenarios/colossus-1.toml', '--trials', '10000');
await firstPicture('Colossus 1, 10,000 trials', colossus.html);
await chapterTimes('Colossus 1, 10,000 trials', colossus.html);
await frames('Colossus 1', colossus.html, 'Capacity');
const file = fiftySites();
// Beside another, an answer has no levers, which take minutes for so many inputs.
const {
  html,
  answer: { against, difference, ...answer },
} = await pageOf(file, '--against', file, '--trials', '100');
const fifty = pageWith(html, answer);
await firstPicture('Fifty sites, ten years', fifty);
await chapterTimes('Fifty sites, ten years', fifty);
for (const chapter of ['Capacity', 'Schedule', 'Power']) await frames('Fifty sites, ten years', fifty, chapter);
await (await theBrowser()).close();
