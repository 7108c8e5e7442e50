// The README's picture: the page of Colossus 1 as it opens. `./dev picture` puts it in place.
import assert from 'node:assert/strict';
import path from 'node:path';
import { browserTest, close, open, settled } from './support/browser.mjs';
import { kept, pageOf } from './support/program.mjs';

browserTest('the picture of the README is of this page', async () => {
  const { html } = await pageOf('scenarios/colossus-1.toml', '--trials', '1000');
  const page = await open(html, { size: { width: 1280, height: 1240 } });
  await page.locator('canvas, svg').first().waitFor();
  await settled(page);
  await page.screenshot({ path: path.join(kept, 'readme.png') });
  assert.deepEqual(await close(page), []);
});
