// Reads a number as a person would: "$12.8B", "1.25 GW", "45 %", "98,304", and says whether it is the number that it
// stands for, to the digits that it shows. Written from docs/json.md and docs/units.md alone, so that it does not
// repeat what the page does.

const steps = { E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, '': 1, m: 1e-3, u: 1e-6 };
const dollars = { T: 1e12, B: 1e9, M: 1e6, k: 1e3, '': 1 };
const day = 86400,
  year = 365.25 * day,
  hour = 3600;

/// Units that take prefixes, in base units.
const prefixed = {
  W: 1,
  J: 1,
  Wh: hour,
  B: 1,
  'B/s': 1,
  FLOP: 1,
  'FLOP/s': 1,
  s: 1,
  'W/chip': 1,
  L: 1e-3,
  t: 1000,
};
/// Units that take none.
const plain = {
  days: day,
  day,
  years: year,
  h: hour,
  min: 60,
  mm2: 1e-6,
  m2: 1,
  m: 1,
  chips: 1,
  chip: 1,
  wafers: 1,
  '/year': 1 / year,
  'chips/day': 1 / day,
  '/chip': 1,
  '/chip/h': 1 / hour,
  '/MW': 1e-6,
  '/MWh': 1 / (1e6 * hour),
  '/kW/year': 1e-3 / year,
  '/m2': 1,
  '/wafer': 1,
  '/Mtoken': 1e-6,
  '/m3': 1,
  'kg/MWh': 1 / (1e6 * hour),
  'L/kWh': 1e-3 / (1e3 * hour),
  'MW/day': 1e6 / day,
  '/chip/day': 1 / day,
  '/cm2': 1e4,
  'wafers/month': 12 / year,
};
const tokens = { T: 1e12, B: 1e9, M: 1e6, '': 1 };

/// What one of a unit written behind a number is in base units; undefined for a word that is no unit.
function unitOf(word, money) {
  if (money) {
    const m = /^([TBMk]?)(\/.*)?$/.exec(word);
    if (!m) return undefined;
    const per = m[2] === undefined ? 1 : plain[m[2]];
    return per === undefined ? undefined : dollars[m[1]] * per;
  }
  if (word in plain) return plain[word];
  const count = /^([TBM]?) ?tokens(\/s)?$/.exec(word);
  if (count) return tokens[count[1]];
  for (const [unit, base] of Object.entries(prefixed))
    if (word.endsWith(unit) && word.slice(0, -unit.length) in steps) return steps[word.slice(0, -unit.length)] * base;
  return undefined;
}

/// What is wrong with `text` as a way to write `value` of that column; undefined: nothing.
export function read(text, value, column) {
  const bad = (why) => `${column.key}: "${text}" ${why} (${value}, ${JSON.stringify(column)})`;
  const m = /^(-?)(\$?)([\d,]+(?:\.(\d+))?(?:e([+-]?\d+))?)\s*(.*)$/.exec(text.replace(/\u2212/g, '-'));
  if (!m) return bad('is not a number');
  const [, sign, money, digits, decimals = '', exponent = '0', word] = m;
  if (/,/.test(digits) && !/^\d{1,3}(,\d{3})*(\.\d+)?$/.test(digits)) return bad('is grouped wrongly');
  const number = Number(sign + digits.replace(/,/g, ''));
  // In the column's own unit, or where the text has a unit of its own in base units.
  // A number of a scaled column that stands without the heading, which names its unit, says the value itself.
  const itself = (column.scale ?? 1) !== 1 && (money !== '' || (word !== '' && word !== '%'));
  const inColumn = itself ? value : value / (column.scale ?? 1);
  let factor = 1;
  if (word === '%') factor = 0.01;
  else if (word === column.unit && !money) factor = 1;
  else if (word !== '' || money) factor = unitOf(word, money);
  if (factor === undefined) return bad(`has the unknown unit ${word}`);
  const last =
    10 ** (Number(exponent) - decimals.length - (column.as === 'count' && column.digits < 0 ? column.digits : 0));
  if (Math.abs(number * factor - inColumn) > 0.5 * last * factor * (1 + 1e-6) + 1e-12 * Math.abs(inColumn))
    return bad('is another number');
  switch (itself ? undefined : column.as) {
    case 'fixed':
    case 'percent':
      return decimals.length === (column.digits ?? 0) ? undefined : bad('has not the digits of its column');
    case 'count':
      return decimals === '' ? undefined : bad('is not whole');
    case 'amount':
      if (word === '' && !money && column.dimension && column.dimension !== 'a plain number')
        return bad('says no unit');
  }
  // Whatever has no digits of its own shows three at least.
  return Math.abs(number * factor - inColumn) <= 0.005 * Math.abs(inColumn) ? undefined : bad('shows too few digits');
}
