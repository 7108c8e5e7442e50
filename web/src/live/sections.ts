// The values of a scenario in the sections of its schema: a tree of groups, each with the keys that stand there and
// those that could.
import type { Fact } from '../answer';
import { words } from '../format';
import type { SchemaKey, SchemaSection } from './api';

export interface Field {
  /// The dotted key: "order.first.rate".
  path: string;
  name: string;
  /// Undefined: not given and without a value of its own.
  fact?: Fact;
  schema?: SchemaKey;
  /// What the program made of others: no key gives it.
  fixed?: boolean;
}

export interface Group {
  path: string;
  title: string;
  meaning: string;
  /// What a row of a list says first of itself, as it has no name of its own.
  called?: string;
  /// An entry of a name of one's own, which can be taken out.
  named: boolean;
  fields: Field[];
  /// Keys that could be given here.
  unset: Field[];
  groups: Group[];
  /// Sections of which an entry of a name of one's own could stand here: "power" below a site.
  open: OpenSection[];
}

export interface OpenSection {
  /// The path up to the name: "site.memphis.power".
  path: string;
  title: string;
  meaning: string;
}

/// "commitment[0].payer" is commitment, [0], payer.
export const partsOf = (path: string): string[] => path.split(/\.|(?=\[\d+\])/).filter(Boolean);

const joined = (parts: string[]): string =>
  parts.reduce((path, part) => (path === '' || part.startsWith('[') ? path + part : `${path}.${part}`), '');

interface Pattern {
  section: SchemaSection;
  parts: string[];
}

function patternOf(section: SchemaSection): Pattern {
  const rows = /^\[\[(.*)\]\]$/.exec(section.section);
  if (rows) return { section, parts: [...partsOf(rows[1]!), '[]'] };
  const table = /^\[(.*)\]$/.exec(section.section);
  return { section, parts: table ? partsOf(table[1]!) : [] };
}

const fits = (pattern: string[], parts: string[]): boolean =>
  pattern.length === parts.length &&
  pattern.every(
    (p, i) => p === parts[i] || (p === '*' && !parts[i]!.startsWith('[')) || (p === '[]' && parts[i]!.startsWith('[')),
  );

/// The key of a section that a name belongs to; a section of free names has one key for all of them.
function keyOf(section: SchemaSection | undefined, name: string): SchemaKey | undefined {
  if (!section) return undefined;
  const own = section.keys.find((k) => k.key === name);
  return own ?? (section.keys.length === 1 && !/^[a-z_]+$/.test(section.keys[0]!.key) ? section.keys[0] : undefined);
}

/// Whether its value may be uncertain.
export const mayVary = (key: SchemaKey | undefined): boolean =>
  key !== undefined && !key.certain && (key.type === 'amount' || key.type === 'money_or_number');
/// Whether it can be changed by a factor or by days without being given anew.
export const mayChange = (key: SchemaKey | undefined): boolean =>
  key !== undefined && (mayVary(key) || isDay(key) || key.type === 'amount');
export const isDay = (key: SchemaKey | undefined): boolean => key?.type === 'date' || key?.type === 'date_or_event';

/// Groups of a scenario in the order of its schema. `added`: paths of groups that have no value yet.
export function groupsOf(values: Fact[], sections: SchemaSection[], added: string[]): Group[] {
  const patterns = sections.map(patternOf);
  const groups = new Map<string, Group & { order: number; parts: string[] }>();
  const group = (parts: string[]): Group => {
    const path = joined(parts);
    const known = groups.get(path);
    if (known) return known;
    const order = patterns.findIndex((p) => fits(p.parts, parts));
    const section = patterns[order]?.section;
    const made = {
      path,
      parts,
      title: parts.map(words).join(' '),
      meaning: section?.meaning ?? '',
      named: patterns[order]?.parts.at(-1) === '*',
      fields: [],
      unset: [],
      groups: [],
      open: [],
      order: order < 0 ? patterns.length : order,
    };
    groups.set(path, made);
    return made;
  };
  for (const fact of values) {
    const parts = partsOf(fact.key);
    const name = parts.pop() ?? '';
    const section = patterns.find((p) => fits(p.parts, parts))?.section;
    const schema = keyOf(section, name);
    group(parts).fields.push({ path: fact.key, name, fact, schema, fixed: schema === undefined });
  }
  for (const path of added) if (patterns.some((p) => fits(p.parts, partsOf(path)))) group(partsOf(path));
  for (const { parts } of patterns) if (!parts.includes('*') && !parts.includes('[]')) group(parts);

  const out: Group[] = [];
  const all = [...groups.values()].sort((a, b) => a.order - b.order);
  for (const g of all) {
    const section = patterns[g.order]?.section;
    const given = new Set(g.fields.map((f) => f.name));
    const rank = new Map(section?.keys.map((k, i) => [k.key, i]));
    g.fields.sort((a, b) => (rank.get(a.name) ?? 999) - (rank.get(b.name) ?? 999));
    for (const key of section?.keys ?? [])
      if (!given.has(key.key) && /^[a-z0-9_]+$/.test(key.key))
        g.unset.push({ path: joined([...g.parts, key.key]), name: key.key, schema: key });
    for (const p of patterns)
      if (
        p.parts.length === g.parts.length + 2 &&
        p.parts.at(-1) === '*' &&
        fits(p.parts.slice(0, g.parts.length), g.parts)
      )
        g.open.push({
          path: joined([...g.parts, p.parts.at(-2)!]),
          title: words(p.parts.at(-2)!),
          meaning: p.section.meaning,
        });
    if (g.parts.at(-1)?.startsWith('[')) g.called = g.fields.find((f) => f.schema?.type === 'text')?.fact?.value;
    let parent: (Group & { parts: string[] }) | undefined;
    for (let n = g.parts.length - 1; n > 0 && !parent; --n) parent = groups.get(joined(g.parts.slice(0, n)));
    if (parent) {
      g.title = g.parts.slice(parent.parts.length).map(words).join(' ');
      parent.groups.push(g);
    } else {
      if (g.path === '') g.title = 'the whole';
      out.push(g);
    }
  }
  return out;
}

/// Whether a field is found by all of the words.
export function matches(field: Field, wanted: string[]): boolean {
  if (wanted.length === 0) return true;
  const text = [
    field.path,
    words(field.path),
    field.fact?.value,
    field.schema?.meaning,
    field.fact?.source,
    field.fact?.basis,
    field.fact?.where,
  ]
    .join(' ')
    .toLowerCase();
  return wanted.every((w) => text.includes(w));
}
