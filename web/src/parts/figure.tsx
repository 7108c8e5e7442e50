// A figure in its frame: title, unit, chooser, legend, the plot, and below it the rows as a table or CSV and the facts
// that it stands on.
import type { JSX } from 'preact';
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { type Answer, type AnswerTable, type Figure, sides, tableOf } from '../answer';
import { expose, withdraw } from '../charts';
import { csv, download, fileOf } from '../csv';
import { figuresOf } from '../figures/derived';
import { choices, dayText, everyRow, rowsShown, seriesOf, span, type Series } from '../figures/reading';
import { words } from '../format';
import { select, useView } from '../state';
import { Bars } from './bars';
import { FactsTable } from './facts';
import { Legend } from './legend';
import { Plot } from './plot';
import { Plan } from './plan';
import { Powers } from './powers';
import { Sankey } from './sankey';
import { Schedule } from './schedule';
import { Table } from './table';

/// Each value of the chooser as a small figure of its own.
const apart = '*';

/// The value that a figure shows: what the view says where the figure has it, else all, or the first.
function chosenOf(figure: Figure, values: string[], wanted: string | undefined): string | undefined {
  if (values.length === 0) return undefined;
  if (wanted !== undefined && (wanted === apart || wanted === everyRow || values.includes(wanted))) {
    if (wanted !== everyRow || canShowAll(figure, values)) return wanted;
  }
  return canShowAll(figure, values) ? everyRow : values[0];
}

const canShowAll = (figure: Figure, values: string[]): boolean =>
  values.includes(everyRow) || figure.plot === 'time' || figure.plot === 'schedule';

function summaryOf(figure: Figure, series: Series[], chosen: string | undefined, other: string): string {
  const s = span(series);
  const names = [
    ...new Set(series.filter((x) => x.name !== '').map((x) => (x.against ? `${other}: ${x.name}` : x.name))),
  ];
  return [
    figure.title,
    figure.unit ? `in ${figure.unit}` : '',
    s && figure.plot !== 'course' ? `${dayText(s[0])} to ${dayText(s[1])}` : '',
    chosen && figure.choose ? `${words(figure.choose)}: ${chosen}` : '',
    names.length ? `series: ${names.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/// What a figure without a choice is of, where its neighbours show one of several: "every site".
function wholeOf(answer: Answer, figure: Figure, chosen: { [column: string]: string }): string {
  if (figure.choose) return '';
  const beside = figuresOf(answer).find((f) => {
    const one = f.choose && f.chapter === figure.chapter ? chosen[f.choose] : undefined;
    return one !== undefined && one !== everyRow && choices(answer, f).length > 1;
  });
  return beside ? `every ${words(beside.choose!)}` : '';
}

export function FigureFrame({
  answer,
  figure,
  wide,
}: {
  answer: Answer;
  figure: Figure;
  wide: boolean;
}): JSX.Element | null {
  const id = useId();
  const state = useView();
  const [open, setOpen] = useState<'table' | 'sources' | undefined>();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const values = useMemo(() => choices(answer, figure), [answer, figure]);
  const chosen = chosenOf(figure, values, figure.choose ? state.select[figure.choose] : undefined);
  const several = values.length > 1;
  const panels = useMemo(() => {
    const one = (value: string | undefined): Series[] => [
      ...(answer.against ? seriesOf(answer.against, figure, value, 'against') : []),
      ...seriesOf(answer, figure, value),
    ];
    if (chosen !== apart) return [{ name: undefined, series: one(chosen) }];
    return values.filter((v) => v !== everyRow).map((v) => ({ name: v, series: one(v) }));
  }, [answer, figure, chosen]);
  const all = panels.flatMap((p) => p.series);
  useEffect(() => {
    expose(figure.key, all);
    return () => withdraw(figure.key);
  }, [panels]);
  const tables = useMemo(
    (): AnswerTable[] =>
      [...new Set(figure.layers.map((l) => l.table))].flatMap((key) => {
        const table = tableOf(answer, key);
        return table ? [{ ...table, rows: rowsShown(answer, figure, key, chosen === apart ? undefined : chosen) }] : [];
      }),
    [answer, figure, chosen],
  );
  if (all.length === 0) return null;
  const whole = wholeOf(answer, figure, state.select);
  const toggle = (what: 'table' | 'sources') => (): void => setOpen(open === what ? undefined : what);
  return (
    <section class={`figure ${figure.plot}${wide || chosen === apart ? ' wide' : ''}`} aria-labelledby={id}>
      <header>
        <div>
          <h3 id={id}>{figure.title}</h3>
          {(figure.unit || whole) && <p class="unit">{[figure.unit, whole].filter(Boolean).join(', ')}</p>}
        </div>
        {figure.choose && several && (
          <label class="chooser">
            <span>{words(figure.choose)}</span>
            <select value={chosen} onChange={(e) => select(figure.choose!, e.currentTarget.value)}>
              {canShowAll(figure, values) && <option value={everyRow}>all</option>}
              {figure.plot !== 'schedule' && <option value={apart}>each apart</option>}
              {values
                .filter((v) => v !== everyRow)
                .map((v) => (
                  <option key={v} value={v}>
                    {v}
                  </option>
                ))}
            </select>
          </label>
        )}
      </header>
      {figure.plot !== 'schedule' && (
        <Legend
          series={all}
          hidden={hidden}
          knownUntil={figure.known_until}
          other={sides(answer).other}
          onToggle={(name) => {
            const next = new Set(hidden);
            if (!next.delete(name)) next.add(name);
            setHidden(next);
          }}
        />
      )}
      <div class={chosen === apart ? 'panels' : ''}>
        {panels.map((panel) => {
          const series = panel.series.filter((s) => !hidden.has(s.name));
          const title = panel.name ? `${figure.title}, ${panel.name}` : figure.title;
          return (
            <div key={panel.name ?? ''} class="panel">
              {panel.name && <h4>{panel.name}</h4>}
              <Body
                answer={answer}
                figure={figure}
                series={series}
                title={title}
                small={chosen === apart}
                summary={summaryOf(figure, series, panel.name ?? chosen, sides(answer).other)}
              />
            </div>
          );
        })}
      </div>
      <footer>
        {tables.map((table) => (
          <button key={table.shape.key} type="button" onClick={() => download(fileOf(table), 'text/csv', csv(table))}>
            CSV{tables.length > 1 && <small> {words(table.shape.key)}</small>}
          </button>
        ))}
        <button type="button" aria-expanded={open === 'table'} onClick={toggle('table')}>
          Table
        </button>
        <button type="button" aria-expanded={open === 'sources'} onClick={toggle('sources')}>
          Sources
        </button>
      </footer>
      {open === 'table' &&
        tables.map((table) => (
          <div key={table.shape.key} class="opened">
            {tables.length > 1 && <h4>{table.shape.heading ?? words(table.shape.key)}</h4>}
            <Table table={table} label={`${figure.title}: ${words(table.shape.key)}`} />
          </div>
        ))}
      {open === 'sources' && (
        <div class="opened">
          <FactsTable answer={answer} prefixes={figure.facts} label={`What ${figure.title} stands on`} />
        </div>
      )}
    </section>
  );
}

interface BodyProps {
  answer: Answer;
  figure: Figure;
  series: Series[];
  title: string;
  summary: string;
  small: boolean;
}

function Body({ answer, figure, series, title, summary, small }: BodyProps): JSX.Element | null {
  const time = useMemo(
    () => ({
      series,
      unit: figure.unit,
      knownUntil: figure.known_until,
      course: figure.plot === 'course' ? { axis: figure.axis } : undefined,
    }),
    [series, figure],
  );
  switch (figure.plot) {
    case 'time':
    case 'course':
      return (
        <Plot
          answer={answer}
          figure={time}
          title={title}
          summary={summary}
          height={small ? 200 : figure.in_brief ? 400 : 300}
        />
      );
    case 'schedule':
      return <Schedule answer={answer} series={series} choose={figure.choose} title={title} summary={summary} />;
    case 'ranking':
    case 'waterfall':
      return <Bars series={series} waterfall={figure.plot === 'waterfall'} summary={summary} />;
    case 'plan':
      return <Plan series={series} unit={figure.axis} summary={summary} />;
    case 'powers':
      return <Powers series={series} unit={figure.unit} axis={figure.axis} summary={summary} />;
    case 'sankey':
      return <Sankey answer={answer} series={series} title={title} summary={summary} />;
  }
}
