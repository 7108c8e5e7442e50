// The program under test, its answers and the pages that it writes. ctest names the program (ORRERY_PROGRAM), a folder
// for what the tests leave behind (ORRERY_SHOTS) and the program that writes the answer of a kind the page has never
// seen (ORRERY_TOY).
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const program = process.env.ORRERY_PROGRAM ?? path.join(root, 'build/release/orrery');
export const kept = process.env.ORRERY_SHOTS ?? path.join(root, 'build/page');
mkdirSync(kept, { recursive: true });

/// A folder of this test's own, gone when it ends.
export const folder = mkdtempSync(path.join(tmpdir(), 'orrery-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const call = promisify(execFile);

/// What the program prints; an exit status of 1 (the answer is no) is an answer too.
export async function orrery(...args) {
  try {
    const { stdout } = await call(program, args, { cwd: root, maxBuffer: 1 << 30 });
    return stdout;
  } catch (error) {
    if (error.code === 1) return error.stdout;
    throw new Error(`${program} ${args.join(' ')}: ${error.stderr || error.message}`);
  }
}

let count = 0;

/// The answer to a scenario and the page of it as one file.
export async function pageOf(...args) {
  const html = path.join(folder, `page-${++count}.html`);
  const text = await orrery('run', ...args, '--json', '--html', html);
  return { html, text, answer: JSON.parse(text) };
}

/// The same page with another answer in it, such as one that this program cannot give.
export function pageWith(html, answer) {
  const to = path.join(folder, `page-${++count}.html`);
  const text = JSON.stringify(answer).replace(/</g, '\\u003c');
  const place = /(<script type="application\/json" id="orrery-answer">)[^]*?(<\/script>)/;
  const page = readFileSync(html, 'utf8');
  if (!place.test(page)) throw new Error(`${html} holds no answer`);
  writeFileSync(
    to,
    page.replace(place, (_, open, close) => open + text + close),
  );
  return to;
}

/// Fifty sites with an order each over ten years, as a scenario file.
export function fiftySites() {
  const places = ['memphis', 'abilene-tx', 'abu-dhabi'];
  const text = ['title = "Fifty sites"', 'start = 2025-01-01', 'horizon = "120 months"'];
  for (let i = 1; i <= 50; ++i) {
    const start = `${2025 + Math.floor(i / 10)}-0${1 + (i % 9)}-01`;
    text.push(
      `[site.s${i}]`,
      `location = "${places[i % places.length]}"`,
      `[site.s${i}.building.hall]`,
      'class = "greenfield"',
      `start = ${start}`,
      'it_capacity = "150 MW"',
      `[site.s${i}.power.supply]`,
      'kind = "grid"',
      'capacity = "220 MW"',
      `ordered = ${start}`,
      `[site.s${i}.cooling.plant]`,
      'kind = "air-chillers"',
      'capacity = "150 MW"',
      `ordered = ${start}`,
      `[order.o${i}]`,
      'chips = "50000 x gb200"',
      `site = "s${i}"`,
      `ordered = ${start}`,
    );
  }
  const file = path.join(folder, 'fifty-sites.toml');
  writeFileSync(file, text.join('\n') + '\n');
  return file;
}
