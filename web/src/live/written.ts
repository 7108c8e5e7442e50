// How a value of a scenario is written (docs/units.md): a text in natural units, a distribution, or a change of what
// stands there. The report writes distributions in words ("PERT 70 days, 90 days, 140 days"), files as tables
// ({ low = "70 days", ... }); both are read here, and what is sent is what stands behind `--set KEY=`.

export type Shape =
  | 'certain'
  | 'uniform'
  | 'pert'
  | 'triangular'
  | 'percentiles'
  | 'normal'
  | 'lognormal'
  | 'zero'
  | 'values'
  | 'times'
  | 'longer'
  | 'shorter';

export interface ShapeForm {
  shape: Shape;
  name: string;
  /// What each part is called, and its key in a file.
  parts: [key: string, label: string][];
}

export const shapes: ShapeForm[] = [
  { shape: 'certain', name: 'one value', parts: [['value', 'value']] },
  {
    shape: 'uniform',
    name: 'low to high, each as likely (uniform)',
    parts: [
      ['low', 'low'],
      ['high', 'high'],
    ],
  },
  {
    shape: 'pert',
    name: 'low, most likely, high (PERT)',
    parts: [
      ['low', 'low'],
      ['mode', 'most likely'],
      ['high', 'high'],
    ],
  },
  {
    shape: 'triangular',
    name: 'low, most likely, high (triangular)',
    parts: [
      ['low', 'low'],
      ['mode', 'most likely'],
      ['high', 'high'],
    ],
  },
  {
    shape: 'percentiles',
    name: 'P10, P50, P90',
    parts: [
      ['p10', 'P10'],
      ['p50', 'P50'],
      ['p90', 'P90'],
    ],
  },
  {
    shape: 'normal',
    name: 'mean and standard deviation (normal)',
    parts: [
      ['mean', 'mean'],
      ['sd', 'standard deviation'],
    ],
  },
  {
    shape: 'lognormal',
    name: 'median and spread (lognormal)',
    parts: [
      ['median', 'median'],
      ['sigma', 'sigma'],
    ],
  },
  {
    shape: 'zero',
    name: 'nothing, or lognormal',
    parts: [
      ['zero', 'share that is 0'],
      ['median', 'median'],
      ['sigma', 'sigma'],
    ],
  },
  { shape: 'values', name: 'any of these values (empirical)', parts: [['values', 'values, a blank or ; between']] },
];

export const changes: ShapeForm[] = [
  { shape: 'times', name: 'times a factor', parts: [['times', 'factor']] },
  { shape: 'longer', name: 'later or longer by', parts: [['longer', 'by']] },
  { shape: 'shorter', name: 'earlier or shorter by', parts: [['shorter', 'by']] },
];

export const formOf = (shape: Shape): ShapeForm => [...shapes, ...changes].find((f) => f.shape === shape)!;

export interface Written {
  shape: Shape;
  parts: string[];
  /// Of a value that states where it is from: "assumed", and a source or note in words.
  basis?: string;
  note?: string;
}

/// What a number may stand on (docs/catalog.md).
export const bases = ['assumed', 'reported', 'observed', 'vendor', 'spec', 'derived', 'projected'];

/// Without the commas of whole groups of three behind one to three digits: "1,234 chips". Anything else that has a
/// comma, such as "0,125 days", is sent as it is typed, for the program to refuse.
const ungrouped = (text: string): string =>
  text.replace(/(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!\d|,\d)/g, (number) => number.replace(/,/g, ''));

/// The members of an inline table of a file, without quotes; undefined for what is none.
function members(text: string): Map<string, string> | undefined {
  const inner = /^\{(.*)\}$/s.exec(text.trim())?.[1];
  if (inner === undefined) return undefined;
  const out = new Map<string, string>();
  const member = /\s*([A-Za-z0-9_]+)\s*=\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,]+?)\s*(?:,|$)/gy;
  for (let found = member.exec(inner); found; found = member.exec(inner))
    out.set(found[1]!, found[2]!.replace(/^"(.*)"$/s, '$1'));
  return out;
}

const inWords: [Shape, RegExp][] = [
  ['uniform', /^uniform (.+) to (.+)$/],
  ['pert', /^PERT (.+), (.+), (.+)$/],
  ['triangular', /^triangular (.+), (.+), (.+)$/],
  ['percentiles', /^P10 (.+), P50 (.+), P90 (.+)$/],
  ['normal', /^normal, mean (.+), sd (.+)$/],
  ['lognormal', /^lognormal, median (.+), sigma (.+)$/],
  ['zero', /^0 in (.+), else lognormal, median (.+), sigma (.+)$/],
  ['times', /^x\s*([0-9.]+)$/],
  ['longer', /^\+\s*(.+)$/],
  ['shorter', /^less (.+)$/],
];

/// A value taken apart, from a report's words or a file's table; anything else is one value.
export function read(text: string): Written {
  const given = text.trim();
  const table = members(given);
  if (table) {
    const from = { basis: table.get('basis'), note: table.get('note') ?? table.get('source') };
    if (table.has('value')) return { ...from, shape: 'certain', parts: [table.get('value')!] };
    const form = [...shapes].reverse().find((f) => f.shape !== 'certain' && f.parts.every(([key]) => table.has(key)));
    if (form) {
      const shape = form.shape === 'triangular' && table.get('distribution') !== 'triangular' ? 'pert' : form.shape;
      const parts = form.parts.map(([key]) => table.get(key)!);
      return {
        ...from,
        shape,
        parts:
          shape === 'values'
            ? [
                parts[0]!
                  .replace(/^\[|\]$/g, '')
                  .replace(/"/g, '')
                  .split(',')
                  .map((p) => p.trim())
                  .join('; '),
              ]
            : parts,
      };
    }
    return { shape: 'certain', parts: [given] };
  }
  for (const [shape, pattern] of inWords) {
    const found = pattern.exec(given);
    if (found) return { shape, parts: found.slice(1).map(ungrouped) };
  }
  return { shape: 'certain', parts: [ungrouped(given)] };
}

/// A part as a file has it: plain numbers and days as they are, everything else in quotes.
function quoted(part: string): string {
  const text = part.trim();
  return /^[-+]?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text)
    ? text
    : JSON.stringify(text);
}

/// What stands behind `--set KEY=`.
export function write({ shape, parts, basis, note }: Written): string {
  const [first = ''] = parts;
  const from = [
    ...(basis ? [`basis = ${JSON.stringify(basis)}`] : []),
    ...(note?.trim() ? [`note = ${JSON.stringify(note.trim())}`] : []),
  ];
  const tableOf = (members: string[]): string => `{ ${[...members, ...from].join(', ')} }`;
  switch (shape) {
    case 'certain':
      return from.length ? tableOf([`value = ${quoted(first)}`]) : first.trim();
    case 'times':
      return `x${first.trim()}`;
    case 'longer':
      return `+${first.trim()}`;
    case 'shorter':
      return `less ${first.trim()}`;
    case 'values':
      return tableOf([
        `values = [${first
          .split(/[;\n]|(?<=\d)\s+(?=[-+]?\d)/)
          .map((p) => p.trim())
          .filter(Boolean)
          .map(quoted)
          .join(', ')}]`,
      ]);
  }
  const table = formOf(shape).parts.map(([key], i) => `${key} = ${quoted(parts[i] ?? '')}`);
  if (shape === 'triangular') table.push('distribution = "triangular"');
  return tableOf(table);
}

/// What stands behind `--set KEY=`, as the report says it.
export function said(set: string): string {
  const { shape, parts } = read(set);
  const [a = '', b = '', c = ''] = parts;
  switch (shape) {
    case 'uniform':
      return `uniform ${a} to ${b}`;
    case 'pert':
      return `PERT ${a}, ${b}, ${c}`;
    case 'triangular':
      return `triangular ${a}, ${b}, ${c}`;
    case 'percentiles':
      return `P10 ${a}, P50 ${b}, P90 ${c}`;
    case 'normal':
      return `normal, mean ${a}, sd ${b}`;
    case 'lognormal':
      return `lognormal, median ${a}, sigma ${b}`;
    case 'certain':
      return set.trim().startsWith('{') ? a : set;
  }
  return set;
}

/// What a person typed, as it is sent. A key of text is taken word for word; one that must state its basis is assumed
/// where nothing else is said.
export function sent(typed: string, key: { type: string; based?: boolean; sourced?: boolean } | undefined): string {
  const given = typed.trim();
  if (key?.type === 'text' || /^["[]/.test(given)) return given;
  const value = read(given);
  if (key?.based && !value.basis && !/^(times|longer|shorter)$/.test(value.shape)) {
    value.basis = 'assumed';
    if (key.sourced) value.note ||= 'what if';
  }
  return given.startsWith('{') && !value.basis ? given : write(value);
}

/// KEY=VALUE taken apart at its first "=".
export function partsOfSet(set: string): [key: string, value: string] {
  const at = set.indexOf('=');
  return at < 0 ? [set, ''] : [set.slice(0, at), set.slice(at + 1)];
}

/// The list with this key's value in place of an earlier one; undefined takes it out.
export function withSet(sets: string[], key: string, value: string | undefined): string[] {
  const line = value === undefined ? undefined : `${key}=${value}`;
  const at = sets.findIndex((s) => partsOfSet(s)[0] === key);
  if (at < 0) return line === undefined ? sets : [...sets, line];
  return line === undefined ? sets.filter((_, i) => i !== at) : sets.map((s, i) => (i === at ? line : s));
}
