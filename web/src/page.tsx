// The page of one answer: what it is called and says in words, its key figures, then its figures and tables by chapter.
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Answer, type AnswerTable, type Figure, sides, tableOf } from './answer';
import { figuresOf } from './figures/derived';
import { words } from './format';
import { Difference } from './parts/difference';
import { FactsTable } from './parts/facts';
import { FigureFrame } from './parts/figure';
import { RangeBar } from './parts/range_bar';
import { Scalars } from './parts/scalars';
import { Sentences, lead, needsWidth } from './parts/sentences';
import { Table } from './parts/table';
import { type Chapter, Tabs } from './parts/tabs';
import { ThemeSwitch } from './parts/theme_switch';
import { Tiles } from './parts/tiles';
import { type View, viewOf } from './views/view';

interface PageProps {
  answer: Answer;
  /// Buttons of an answer that can be asked again, in the head of the page.
  tools?: ComponentChildren;
  /// What stands before the answer: the form, a run's progress.
  before?: ComponentChildren;
  /// Chapters of the live page, behind those of the answer.
  more?: Chapter[];
}

const allFacts: string[] = [];
const noChapters: Chapter[] = [];

const isOverTime = (figures: Figure[]): boolean => figures.some((f) => f.plot === 'time' || f.plot === 'schedule');

/// Which figures take the whole width: the one that stands for the answer, schedules, and of the others that stand side
/// by side the first where one would stand alone.
function wideOf(figures: Figure[]): ReadonlySet<Figure> {
  const wide = new Set(figures.filter((f) => f.in_brief || f.plot === 'schedule'));
  for (let i = 0; i < figures.length;) {
    let end = i;
    while (end < figures.length && !wide.has(figures[end]!)) ++end;
    if ((end - i) % 2 === 1) wide.add(figures[i]!);
    i = end + 1;
  }
  return wide;
}

function chaptersOf(answer: Answer, view: View): Chapter[] {
  const figures = figuresOf(answer);
  const drawn = new Set(figures.map((f) => f.chapter ?? 'Figures'));
  const inChapters = Object.entries(view.tables ?? {});
  const tablesIn = new Map(inChapters.filter(([name]) => drawn.has(name) || !view.withFigures?.includes(name)));
  const placed = new Set(['key_figures', 'facts', ...[...tablesIn.values()].flat()]);
  const loose = (answer.shape?.tables ?? []).map((t) => t.key).filter((key) => !placed.has(key));
  const names = [...(view.order ?? []), ...figures.map((f) => f.chapter ?? 'Figures'), 'Tables', ...tablesIn.keys()];
  const out: Chapter[] = [];
  for (const name of new Set(names)) {
    const own = figures.filter((f) => (f.chapter ?? 'Figures') === name);
    const tables = [...(tablesIn.get(name) ?? []), ...(name === 'Tables' ? loose : [])]
      .map((key) => tableOf(answer, key))
      .filter((t): t is AnswerTable => t !== undefined && t.rows.length > 0);
    const wide = wideOf(own);
    const Part = view.parts?.[name];
    const scalars = name === 'Tables';
    if (own.length + tables.length === 0 && !Part && !(scalars && answer.shape?.scalars.length)) continue;
    out.push({
      name,
      overTime: isOverTime(own),
      body: () => (
        <>
          {Part && <Part answer={answer} />}
          <div class="figures">
            {own.map((figure) => (
              <FigureFrame key={figure.key} answer={answer} figure={figure} wide={wide.has(figure)} />
            ))}
          </div>
          {scalars && <Scalars answer={answer} />}
          {tables.map((table) => (
            <Block key={table.shape.key} table={table} title={view.headings?.[table.shape.key]} />
          ))}
        </>
      ),
    });
  }
  if (answer.against) out.push({ name: 'Difference', overTime: false, body: () => <Difference answer={answer} /> });
  if (answer.facts?.length)
    out.push({
      name: 'Facts',
      overTime: false,
      body: () => (
        <section class="block">
          <h3>Every value behind the answer, with its basis and source</h3>
          <FactsTable answer={answer} prefixes={allFacts} label="Facts" />
        </section>
      ),
    });
  return out;
}

function Block({ table, title }: { table: AnswerTable; title?: string }): JSX.Element {
  const name = table.shape.heading ?? title ?? words(table.shape.key);
  return (
    <section class="block">
      <h3>{name}</h3>
      <Table table={table} label={name} download />
    </section>
  );
}

export function AnswerPage({ answer, tools, before, more = noChapters }: PageProps): JSX.Element {
  const chapters = useMemo(() => [...chaptersOf(answer, viewOf(answer.kind)), ...more], [answer, more]);
  const about = lead(answer);
  const { own, other } = sides(answer);
  return (
    <div class="page">
      <a
        class="skip"
        href="#content"
        onClick={(e) => (e.preventDefault(), document.getElementById('content')?.focus())}
      >
        To the content
      </a>
      <header class="head">
        <div class="brand">Orrery</div>
        <div class="head-tools">
          {tools}
          <ThemeSwitch />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <h1>{answer.title}</h1>
        {about && <p class="lead">{about}</p>}
        {answer.against && (
          <p class="against">
            <i /> {own !== 'this' && `${own}, `}beside <b>{answer.against.title}</b>
            {own !== 'this' && ` ${other}`}, grey and dotted
          </p>
        )}
        {before}
        <div class={needsWidth(answer) ? 'summary stacked' : 'summary'}>
          <Tiles answer={answer} />
          <Sentences answer={answer} />
        </div>
        <Tabs chapters={chapters} tools={(open) => open.overTime && <RangeBar answer={answer} />} />
      </main>
    </div>
  );
}
