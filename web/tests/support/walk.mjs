// Walks a page beside the answer that it shows: every number that stands in it must be the answer's at the place that
// it names, in the form that it is read in; every other digit must be text of the answer or one of the few things that
// the page says itself; every point of a chart must be the answer's.
import { read } from './reading.mjs';

/// The parts of a place: "money.by_cause["order.first"].chips", "milestones[3].p50".
export function parts(place) {
  const out = [];
  const rest = /\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gy;
  let end = 0;
  for (let m = rest.exec(place); m; m = rest.exec(place)) {
    end = rest.lastIndex;
    out.push(m[1] ?? (m[2] !== undefined ? Number(m[2]) : JSON.parse(m[3])));
  }
  if (end !== place.length) throw new Error(`not a place: ${place}`);
  return out;
}

export const at = (answer, place) => parts(place).reduce((value, part) => value?.[part], answer);

/// The column or scalar of the answer's shape that a place belongs to, with the unit that its row names where it has
/// none.
export function columnOf(answer, place) {
  const path = parts(place);
  if (path[0] === 'against') return columnOf(answer.against, place.replace(/^against\.?/, ''));
  const shape = answer.shape ?? { scalars: [], tables: [] };
  /// What of a path lies below a key such as "money/months"; undefined where it lies elsewhere.
  const below = (inside, key) => {
    const own = key.split('/');
    return own.every((part, i) => part === inside[i]) ? inside.slice(own.length) : undefined;
  };
  for (const scalar of shape.scalars) {
    const rest = below(path, scalar.key);
    if (rest?.length === 0 || (rest?.length === 1 && /^p(10|50|90)$/.test(rest[0]))) return scalar;
  }
  for (const table of shape.tables) {
    const inside = below(path, table.key)?.slice(1);
    if (!inside) continue;
    if (table.keyed && inside.length === 0) return table.columns[1];
    const fits = table.columns.filter((c) => inside.length > 0 && below(inside, c.key));
    const column = fits.sort((a, b) => b.key.length - a.key.length)[0];
    if (!column) continue;
    const { unit } = path.slice(0, path.length - inside.length).reduce((value, part) => value?.[part], answer) ?? {};
    return !column.unit && !column.as && typeof unit === 'string' ? { ...column, unit } : column;
  }
  return { key: String(path[path.length - 1]) };
}

/// Texts are compared without regard to spaces and capitals: a key "co2_tonnes" may be read "CO2 tonnes".
const plain = (text) => text.trim().replace(/\s+/g, ' ').toLowerCase();
const asWords = (key) => plain(key.replace(/[_/]/g, ' '));

/// Every text of the answer, line by line, and of short ones what stands before and behind a colon; its keys as they
/// are read; how long its lists are.
function textsOf(answer) {
  const out = new Set();
  const visit = (value, of) => {
    if (typeof value === 'string') {
      for (const line of [value, ...value.split('\n')]) out.add(plain(line));
      if (value.length < 80) for (const part of value.split(': ')) out.add(plain(part));
      if (of === 'key') out.add(asWords(value));
      // A file may be named without the folders above its own.
      if (value.startsWith('/')) out.add(plain(`.../${value.split('/').slice(-2).join('/')}`));
    } else if (Array.isArray(value)) {
      out.add(`${value.length} ${asWords(of)}`);
      value.forEach((inside) => visit(inside, of));
    } else if (value && typeof value === 'object')
      for (const [key, inside] of Object.entries(value)) {
        out.add(plain(key)).add(asWords(key));
        visit(inside, key);
      }
  };
  visit(answer, '');
  return out;
}

/// What the page says itself with digits in it: how many rows a table has and which of them stand here, how many bars
/// there are, and what P10, P50 and P90 are.
const own = [
  /^[\d,]+( of [\d,]+)? rows?$/,
  /^[\d,]+ to [\d,]+( of [\d,]+)?$/,
  /^(the first|all) \d+$/,
  /^(\D|\bp[159]0\b)*$/,
];

/// Whether a text without a place of its own is the answer's: a text of it, lines of it, or several one after the
/// other, as a site and a lane are.
const isOf = (texts, text) =>
  texts.has(plain(text)) ||
  text.split('\n').every((line) => plain(line) === '' || texts.has(plain(line))) ||
  text.split(/: |, /).every((part) => !/\d/.test(part) || texts.has(plain(part)));

/// All that stands on the page now. Digits in drawings and on scales of days are those of axes, and so is the day that
/// is pointed at.
function standing(within) {
  const root = document.querySelector(within);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const values = [...root.querySelectorAll('[data-path]')].filter(shown).map((e) => ({
    place: e.dataset.path,
    exact: e.dataset.value,
    title: e.getAttribute('title'),
    text: e.textContent.trim(),
  }));
  const loose = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!/\d/.test(node.data) || !parent || !shown(parent)) continue;
    if (parent.closest('[data-path], .drawing, .schedule-axis, .range-tick, .readout > b, script, style')) continue;
    loose.push({ text: node.data, whole: parent.textContent, of: parent.outerHTML.slice(0, 160) });
  }
  const charts = Object.entries(window.orrery.charts).map(([figure, series]) => ({ figure, series }));
  return { values, loose, charts };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/// One value on the page against the answer's; what is wrong with it, or nothing.
export function fault({ place, exact, title, text }, answer) {
  const value = at(answer, place);
  if (value === undefined) return `${place}: the answer has nothing there, the page ${text}`;
  if (typeof value === 'string')
    return text === '' || text === value ? undefined : `${place}: ${value}, on the page ${text}`;
  const written = typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : undefined;
  if (written === undefined) return `${place}: not one value but ${JSON.stringify(value).slice(0, 80)}`;
  if (exact !== written) return `${place}: ${written}, on the page ${exact}`;
  if (title !== null && !title.includes(written)) return `${place}: ${written}, its title ${title}`;
  if (typeof value === 'boolean')
    return text === (value ? 'yes' : 'no') ? undefined : `${place}: ${value}, on the page ${text}`;
  return read(text, value, columnOf(answer, place));
}

/// What is wrong on a page, or a part of it, as it stands, and how much was looked at. `others` are texts that are not
/// the answer's, such as a value before it was changed.
export async function walk(page, answer, { within = 'body', others = [] } = {}) {
  const { values, loose, charts } = await page.evaluate(standing, within);
  const wrong = [];
  for (const value of values) {
    const is = fault(value, answer);
    if (is) wrong.push(is);
  }
  const texts = textsOf([answer, others]);
  let said = 0;
  for (const { text, whole, of } of loose) {
    if (isOf(texts, text) || isOf(texts, whole)) continue;
    if (own.some((form) => form.test(plain(text)) || form.test(plain(whole)))) ++said;
    else wrong.push(`not of the answer: "${plain(text)}" in ${of}`);
  }
  let points = 0;
  for (const { figure, series } of charts)
    for (const { name, points: drawn } of series)
      for (const { path, along, value } of drawn) {
        ++points;
        const is = at(answer, path) ?? null;
        if (!same(is, value))
          wrong.push(`${figure}, ${name}: ${path} is ${JSON.stringify(is)}, drawn ${JSON.stringify(value)}`);
        else if (!alongOf(answer, path, along))
          wrong.push(`${figure}, ${name}: ${path} does not stand at ${JSON.stringify(along)}`);
      }
  return { wrong, values: values.length, said, points, places: new Set(values.map((v) => v.place)), charts };
}

/// Whether the row that a place lies in says `along`, or is called so.
function alongOf(answer, place, along) {
  if (along === null) return true;
  const path = parts(place);
  for (let n = path.length - 1; n >= 0; --n) {
    if (path[n] === along) return true;
    const row = path.slice(0, n).reduce((value, part) => value?.[part], answer);
    const says = (value) =>
      value === along ||
      (value && typeof value === 'object' && !Array.isArray(value) && Object.values(value).some(says));
    if (!Array.isArray(row) && says(row)) return true;
    if (Array.isArray(row)) return false;
  }
  return false;
}
