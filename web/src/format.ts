// How a person reads a value: the forms of the program's own text (src/base/units.cpp, src/report/document_text.cpp),
// so that page and report say the same. The exact number stands beside it in title and data-value.
import { type Column, type Json, isSpread } from './answer';

/// With so many significant digits, zeros at the end dropped.
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  if (magnitude < -9 || magnitude > 20) return value.toPrecision(digits).replace(/\.?0+e/, 'e');
  let out = value.toFixed(Math.max(0, digits - 1 - magnitude));
  if (out.includes('.')) out = out.replace(/\.?0+$/, '');
  return out === '-0' ? '0' : out;
}

/// "1,234,567".
export function grouped(text: string): string {
  const [whole = '', rest] = text.split('.');
  const out = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? out : `${out}.${rest}`;
}

const prefixes: [number, string][] = [
  [1e18, ' E'],
  [1e15, ' P'],
  [1e12, ' T'],
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
  [1, ' '],
  [1e-3, ' m'],
  [1e-6, ' u'],
];
const dollarSteps: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
];
const countSteps: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1, ''],
];
const tonneSteps: [number, string][] = [
  [1e6, ' M'],
  [1e3, ' k'],
  [1, ' '],
];

function scaled(value: number, steps: [number, string][], tail: string, digits = 3): string {
  const size = Math.abs(value);
  const fits = steps.find(([factor]) => size >= factor * (1 - 0.5 * 10 ** -digits));
  const [factor, text] = value === 0 ? steps.find(([f]) => f === 1)! : (fits ?? steps[steps.length - 1]!);
  return significant(value / factor, digits) + text + tail;
}

export function money(value: number, digits = 3): string {
  return (value < 0 ? '-$' : '$') + scaled(Math.abs(value), dollarSteps, '', digits);
}

const day = 86400;
const year = 365.25 * day;

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (seconds === 0) return '0 days';
  if (size >= 2 * year) return `${significant(seconds / year, 3)} years`;
  if (size >= day) return `${significant(seconds / day, 3)}${seconds === day ? ' day' : ' days'}`;
  if (size >= 3600) return `${significant(seconds / 3600, 3)} h`;
  if (size >= 60) return `${significant(seconds / 60, 3)} min`;
  return scaled(seconds, prefixes, 's');
}

const hour = 3600;
/// Dimensions written in one customary unit: how much of it a base unit is, and its name.
const customary: { [dimension: string]: [number, string] } = {
  length: [1, 'm'],
  'rate per time': [1 / year, '/year'],
  'accelerators per time': [1 / day, 'chips/day'],
  'energy per accelerator': [1, 'J/chip'],
  'money per accelerator': [1, '$/chip'],
  'money per accelerator and time': [1 / hour, '$/chip/h'],
  'money per power': [1e-6, '$/MW'],
  'money per energy': [1 / (1e6 * hour), '$/MWh'],
  'money per time': [1 / year, '$/year'],
  'money per power and time': [1e-3 / year, '$/kW/year'],
  'money per area': [1, '$/m2'],
  'money per wafer': [1, '$/wafer'],
  'money per token': [1e-6, '$/Mtoken'],
  'money per volume': [1, '$/m3'],
  'mass per energy': [1 / (1e6 * hour), 'kg/MWh'],
  'volume per energy': [1e-3 / (1e3 * hour), 'L/kWh'],
  'power per time': [1e6 / day, 'MW/day'],
  'rate per accelerator and time': [1 / day, '/chip/day'],
  'per area': [1e4, '/cm2'],
  'wafers per time': [12 / year, 'wafers/month'],
};

/// A value in base units, in the unit that a person would use: "1.2 GW", "$5.27B", "131 days".
export function amount(value: number, dimension = ''): string {
  switch (dimension) {
    case '':
    case 'a plain number':
      return significant(value, 3);
    case 'time':
      return duration(value);
    case 'money':
      return money(value);
    case 'data':
      return scaled(value, prefixes, 'B');
    case 'data rate':
      return scaled(value, prefixes, 'B/s');
    case 'operations':
      return Math.abs(value) >= 1e21
        ? `${value.toExponential(2).replace('e+', 'e')} FLOP`
        : scaled(value, prefixes, 'FLOP');
    case 'operation rate':
      return scaled(value, prefixes, 'FLOP/s');
    case 'power':
      return scaled(value, prefixes, 'W');
    case 'power per accelerator':
      return scaled(value, prefixes, 'W/chip');
    case 'energy':
      return scaled(value / hour, prefixes, 'Wh');
    case 'mass':
      return scaled(value / 1000, tonneSteps, 't');
    case 'area':
      return value < 0.01 ? `${significant(value * 1e6, 3)} mm2` : `${significant(value, 3)} m2`;
    case 'volume':
      return scaled(value * 1000, prefixes, 'L');
    case 'accelerators':
      return `${grouped(value.toFixed(0))}${value === 1 ? ' chip' : ' chips'}`;
    case 'wafers':
      return `${grouped(value.toFixed(0))} wafers`;
    case 'tokens':
      return scaled(value, countSteps, ' tokens');
    case 'tokens per time':
      return scaled(value, countSteps, ' tokens/s');
  }
  const unit = customary[dimension];
  if (!unit) return `${significant(value, 3)} (${dimension}, base units)`;
  const [per, name] = unit;
  if (name.startsWith('$')) return money(value / per) + name.slice(1);
  return `${significant(value / per, 3)}${name.startsWith('/') ? '' : ' '}${name}`;
}

const isMoney = (unit: string | undefined): boolean => unit !== undefined && /^(USD|\$)/.test(unit);

/// Units of data that are base units: their dimension, in whose natural units they are read.
const baseUnits: { [unit: string]: string } = {
  W: 'power',
  J: 'energy',
  s: 'time',
  B: 'data',
  'B/s': 'data rate',
  FLOP: 'operations',
  'FLOP/s': 'operation rate',
};

/// The dimension of a unit that numbers carry themselves; also of one that is named by its dimension.
function carried(unit: string | undefined): string | undefined {
  if (!unit) return undefined;
  if (isMoney(unit) && !unit.includes('/')) return 'money';
  return baseUnits[unit] ?? (dimensions.has(unit) ? unit : undefined);
}
const dimensions = new Set([
  'money',
  'energy',
  'volume',
  'mass',
  'power',
  'time',
  'data',
  'tokens',
  ...Object.keys(customary),
]);

/// A number that no form describes: in natural units where its own is a base unit, whole numbers in groups of three,
/// others with four digits.
export function plain(value: number, unit?: string, key?: string): string {
  const dimension = carried(unit);
  if (dimension) return amount(value, dimension);
  if (unit === 'share') return `${significant(100 * value, 3)} %`;
  if (isMoney(unit)) return money(value);
  if (key && /(^|_|\/)(year|dollars_of|seed)$/.test(key)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(String(value));
  if (Math.abs(value) >= 1e6 && Math.abs(value) < 1e15) return grouped(value.toFixed(0));
  return grouped(significant(value, Math.abs(value) >= 1000 ? 6 : 4));
}

/// One number as its column says.
export function numberText(value: number, column: Column): string {
  // Scaled to a unit that no heading names.
  if ((column.scale ?? 1) !== 1 && column.unit && !column.heading) return plain(value, column.unit, column.key);
  const x = value / (column.scale ?? 1);
  const digits = column.digits ?? 0;
  switch (column.as) {
    case 'fixed': {
      const text = grouped(x.toFixed(Math.max(0, digits)));
      return /^-[0.]*$/.test(text) ? text.slice(1) : text;
    }
    case 'count':
      return grouped((digits < 0 ? Math.round(x * 10 ** digits) / 10 ** digits : x).toFixed(0)).replace(/^-0$/, '0');
    case 'percent':
      return `${(100 * x).toFixed(digits)} %`;
    case 'amount':
      return amount(x, column.dimension);
    default:
      return plain(value, column.unit, column.key);
  }
}

/// A value without parts as text; null is empty.
export function text(value: Json | undefined, column: Column): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return numberText(value, column);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((v) => text(v, column)).join(', ');
  if (isSpread(value)) return `${text(value.p50, column)} (${text(value.p10, column)} to ${text(value.p90, column)})`;
  return Object.entries(value)
    .map(([key, v]) => `${words(key)} ${text(v, column)}`)
    .join(', ');
}

/// A place in a file with its last folder alone: ".../scenarios/colossus-1.toml:88".
export function shortPlace(place: string): string {
  const parts = place.split('/');
  return parts[0] === '' && parts.length > 3 ? `.../${parts.slice(-2).join('/')}` : place;
}

/// Words of keys that are written in another way.
const written: { [word: string]: string } = {
  p10: 'P10',
  p50: 'P50',
  p90: 'P90',
  it: 'IT',
  mw: 'MW',
  mwh: 'MWh',
  pue: 'PUE',
  usd: 'USD',
  co2: 'CO2',
  flop: 'FLOP',
  npv: 'NPV',
};

/// What a key is called where nobody named it: "cumulative_cash" is "cumulative cash".
export const words = (key: string): string =>
  key
    .split(/[_/ ]/)
    .map((word) => written[word] ?? word)
    .join(' ');

/// The heading of a column; a unit at the end of its key is left to the unit.
export function heading(column: Column): string {
  if (column.heading) return column.heading;
  const unit = column.unit?.toLowerCase() ?? '';
  const parts = column.key.split(/[_/ ]/);
  if (
    parts.length > 1 &&
    unit !== '' &&
    unit !== 'accelerators' &&
    (parts[parts.length - 1] === unit || (parts[parts.length - 1] === 'usd' && isMoney(column.unit)))
  )
    parts.pop();
  return words(parts.join(' '));
}

/// The unit that stands in the heading; none where each number carries its own.
export function unitOf(column: Column): string {
  const { unit, as } = column;
  if (!unit || as === 'amount' || as === 'percent' || (column.scale ?? 1) !== 1) return '';
  if ((!as || as === 'text') && (carried(unit) || unit === 'share')) return '';
  return heading(column).includes(unit) ? '' : unit;
}

/// The exact value, as in the JSON.
export const exact = (value: Json | undefined): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
