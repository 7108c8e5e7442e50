// A browser of this machine without a window, and pages in it that note all they complain of and all they ask for.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { kept } from './program.mjs';

function executable() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome'])
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not there: the next.
      }
    }
  return undefined;
}

const found = executable();
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--force-color-profile=srgb',
];

let browser;
export async function theBrowser() {
  browser ??= await chromium.launch({ executablePath: found, args: flags });
  return browser;
}

let ends = false;

/// A test in a browser; skipped where there is none, except where the project is checked.
export function browserTest(name, run) {
  if (!ends) after(() => browser?.close());
  ends = true;
  const skip = found || process.env.CI ? false : 'no browser to test the page with (chromium)';
  test(name, { skip, timeout: 300_000 }, async (t) => {
    if (!found) throw new Error('no chromium, chromium-browser or google-chrome to test the page with');
    await run(t);
  });
}

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 390, height: 844 };

/// Opens a page of one file or of a server; `before` runs in it before its own script. `page.complaints` are errors of
/// the page and of its console, `page.asked` the addresses that it asked for.
export async function open(place, { size = wide, offline = false, scheme = 'light', before, ...context } = {}) {
  const opened = await (
    await theBrowser()
  ).newContext({
    viewport: size,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    offline,
    acceptDownloads: true,
    ...context,
  });
  const page = await opened.newPage();
  page.setDefaultTimeout(60_000);
  if (before) await page.addInitScript(before);
  page.complaints = [];
  page.asked = [];
  page.on('pageerror', (error) => page.complaints.push(`error: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => page.asked.push(request.url()));
  page.on('crash', () => page.complaints.push('the page crashed'));
  const address = /^https?:/.test(place) ? place : place.replace(/^([^#]*)/, (file) => pathToFileURL(file).href);
  await page.goto(address);
  await page
    .locator('main')
    .first()
    .waitFor()
    .catch((error) => {
      throw new Error([`${place} shows nothing`, ...page.complaints, error.message].join('\n'));
    });
  return page;
}

/// Puts a page away and gives what it complained of.
export async function close(page) {
  await page.context().close();
  return page.complaints;
}

/// The chapters of a page: the names of its tabs.
export const chapters = (page) => page.locator('main [role=tab]').allTextContents();

export async function openChapter(page, name) {
  await page.getByRole('tab', { name, exact: true }).click();
  await settled(page);
}

/// Until two pictures have been drawn after the last change.
export const settled = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/// How many pixels wider than the screen the page is, and what reaches out of it; empty where nothing does.
export const beyond = (page) =>
  page.evaluate(() => {
    const over = document.scrollingElement.scrollWidth - innerWidth;
    if (over <= 0) return [];
    const out = [...document.querySelectorAll('body *')].filter(
      (e) => e.getBoundingClientRect().right > innerWidth + 1,
    );
    return [`${over} pixels beyond the screen:`, ...out.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
  });

export async function shoot(page, name) {
  await page.screenshot({ path: path.join(kept, `${name}.png`), fullPage: true });
}
