// How values are written, sent and taken apart (src/live: written.ts, sections.ts, events.ts), against the program
// where it is there (ORRERY_PROGRAM, else build/release/orrery).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Fact } from '../src/answer';
import type { SchemaKey, SchemaSection } from '../src/live/api';
import { readEvents } from '../src/live/events';
import { type Field, type Group, groupsOf } from '../src/live/sections';
import { read, said, sent, withSet, write } from '../src/live/written';

// This file runs from build/web-test.
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.ORRERY_PROGRAM ?? path.join(root, 'build/release/orrery');
const call = promisify(execFile);

const amount = { type: 'amount' };

test('commas of groups of three are left out; others are sent as typed, for the program to refuse', () => {
  assert.equal(sent('1,234 chips', amount), '1234 chips');
  assert.equal(sent('12,345,678.5 chips', amount), '12345678.5 chips');
  assert.equal(
    sent('PERT 1,000 chips, 2,000 chips, 3,000 chips', amount),
    '{ low = "1000 chips", mode = "2000 chips", high = "3000 chips" }',
  );
  for (const typed of ['0,125 days', '1234,567 days', '1,2345 days', '1,234,56 days', '1.234,567 days', '12,34 days'])
    assert.equal(sent(typed, amount), typed);
});

test('a value in words, in a table and as it is sent are one', () => {
  const same = [
    ['PERT 70 days, 90 days, 140 days', '{ low = "70 days", mode = "90 days", high = "140 days" }'],
    ['uniform $28k/chip to $33.6k/chip', '{ low = "$28k/chip", high = "$33.6k/chip" }'],
    ['triangular 1 MW, 2 MW, 4 MW', '{ low = "1 MW", mode = "2 MW", high = "4 MW", distribution = "triangular" }'],
    ['P10 0.2, P50 0.3, P90 0.5', '{ p10 = 0.2, p50 = 0.3, p90 = 0.5 }'],
    ['normal, mean 5 days, sd 1 days', '{ mean = "5 days", sd = "1 days" }'],
    ['lognormal, median 90 days, sigma 0.4', '{ median = "90 days", sigma = 0.4 }'],
    ['1.2 GW', '1.2 GW'],
    ['x1.2', 'x1.2'],
    ['less 2 weeks', 'less 2 weeks'],
    ['2024-04-24', '2024-04-24'],
  ];
  for (const [words, table] of same) {
    assert.equal(sent(words, amount), table);
    assert.equal(sent(table, amount), table);
    assert.equal(said(table), words);
  }
  assert.equal(sent('+90 days', amount), '+90 days');
  assert.equal(sent('100,000 x h100-sxm', { type: 'chips_of' }), '100000 x h100-sxm');
  assert.equal(sent('1,000 of them', { type: 'text' }), '1,000 of them');
  assert.equal(
    write({ shape: 'values', parts: ['1 day; 2 days; 4 days'] }),
    '{ values = ["1 day", "2 days", "4 days"] }',
  );
});

test('what must state its basis is assumed unless it says more', () => {
  const strict = { type: 'amount', based: true, sourced: true };
  assert.equal(sent('5 MW', strict), '{ value = "5 MW", basis = "assumed", note = "what if" }');
  assert.equal(sent('x1.1', strict), 'x1.1');
  const given = '{ low = "1 MW", high = "2 MW", basis = "reported", note = "the utility, in May" }';
  assert.equal(sent(given, strict), given);
  assert.deepEqual(read(given), {
    shape: 'uniform',
    parts: ['1 MW', '2 MW'],
    basis: 'reported',
    note: 'the utility, in May',
  });
});

test('a key is set once, and taken back', () => {
  const sets = withSet(withSet([], 'a.b', '1'), 'c', 'x=2');
  assert.deepEqual(sets, ['a.b=1', 'c=x=2']);
  assert.deepEqual(withSet(sets, 'a.b', '3'), ['a.b=3', 'c=x=2']);
  assert.deepEqual(withSet(sets, 'c', undefined), ['a.b=1']);
});

test('values stand in the groups of their sections, in the order of the schema', () => {
  const key = (name: string, type: SchemaKey['type'] = 'amount'): SchemaKey => ({
    key: name,
    type,
    value: '',
    meaning: '',
    default: '',
  });
  const fact = (name: string, value: string): Fact => ({ key: name, value, origin: 'scenario' });
  const groups = groupsOf(
    [
      fact('site.memphis.burn_in', '3 days'),
      fact('site.memphis.power.grid.capacity', '8 MW'),
      fact('site.memphis.speed.h100', '1'),
      fact('title', 'X'),
      fact('commitment[0].id', 'oracle'),
    ],
    [
      { section: 'top of the file', meaning: '', keys: [key('title', 'text')] },
      { section: '[site.*]', meaning: '', keys: [key('location', 'text'), key('burn_in')] },
      { section: '[site.*.power.*]', meaning: '', keys: [key('capacity')] },
      { section: '[[commitment]]', meaning: '', keys: [key('id', 'text')] },
    ],
    ['site.memphis.power.turbines', 'nowhere.at.all'],
  );
  assert.deepEqual(
    groups.map((g) => [g.title, g.called]),
    [
      ['the whole', undefined],
      ['site memphis', undefined],
      ['commitment [0]', 'oracle'],
    ],
  );
  const site = groups[1]!;
  assert.deepEqual(
    site.groups.map((g) => g.title),
    ['power grid', 'power turbines', 'speed'],
  );
  assert.deepEqual(
    site.unset.map((f) => f.path),
    ['site.memphis.location'],
  );
  assert.deepEqual(
    site.open.map((o) => o.path),
    ['site.memphis.power'],
  );
  assert.equal(site.groups[2]!.fields[0]!.fixed, true);
});

test('events are read whatever the pieces they come in', async () => {
  const bytes = new TextEncoder().encode(
    ': hello\n\nevent: progress\ndata: {"share":0.5,\ndata: "pass":"é"}\r\n\r\nevent: done\ndata: {}\n\n',
  );
  for (const piece of [1, 7, bytes.length]) {
    const stream = new ReadableStream({
      start(to) {
        for (let i = 0; i < bytes.length; i += piece) to.enqueue(bytes.slice(i, i + piece));
        to.close();
      },
    });
    const events = [];
    for await (const event of readEvents(stream)) events.push(event);
    assert.deepEqual(events, [
      { name: 'progress', data: '{"share":0.5,\n"pass":"é"}' },
      { name: 'done', data: '{}' },
    ]);
  }
});

const printed = async (...words: string[]): Promise<any> =>
  JSON.parse((await call(program, ['show', ...words, '--json'], { cwd: root, maxBuffer: 1 << 28 })).stdout);

// Every amount, day and count that a scenario gives, sent back as the form shows it, must read the same.
for (const scenario of ['colossus-1', 'stargate-sites', 'openai-oracle', 'gpu-market', 'chip-factories'])
  test(
    `${scenario}: what the form shows is what it may send`,
    { skip: !existsSync(program) && 'no program is built' },
    async () => {
      const file = path.join(root, `scenarios/${scenario}.toml`);
      const values: Fact[] = (await printed(file, '--resolved')).values;
      const { kind } = (await printed('scenarios')).scenarios.find((s: { name: string }) => s.name === scenario);
      const sections: SchemaSection[] = (await printed('--schema', 'scenario')).kinds.find(
        (k: { kind: string }) => k.kind === kind,
      ).sections;
      const fields = (g: Group): Field[] => [...g.fields, ...g.groups.flatMap(fields)];
      const given = groupsOf(values, sections, [])
        .flatMap(fields)
        .filter(
          (f) =>
            f.fact!.origin === 'scenario' && ['amount', 'date', 'whole', 'chips_of'].includes(f.schema?.type ?? ''),
        );
      assert.ok(given.length > 5);
      const sets = given.flatMap((f) => ['--set', `${f.path}=${sent(f.fact!.value, f.schema)}`]);
      const again = new Map((await printed(file, '--resolved', ...sets)).values.map((f: Fact) => [f.key, f.value]));
      for (const { path: key, fact } of given) assert.equal(again.get(key), fact!.value, key);
    },
  );
