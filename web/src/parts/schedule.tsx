// A schedule on the page: lanes that open and close, a bar for each task, what is critical strong. It scrolls inside.
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, type Column, at, pathOf, sides, tableOf } from '../answer';
import { ticks } from '../figures/axis';
import type { Series } from '../figures/reading';
import { type Bar, type Group, type Lane, groupsOf, manyLanes } from '../figures/schedule';
import { heading, unitOf } from '../format';
import { limitColour, palettes, seriesColour } from '../palette';
import { fullRange, shownRange } from '../range';
import { useView } from '../state';
import { onPaper, useTheme } from '../theme';
import { type Frame, pixelOf, rangeKey, useGestures } from './gestures';
import { useWidth } from './plot';
import { Value } from './value';

interface ScheduleProps {
  answer: Answer;
  series: Series[];
  choose?: string;
  title: string;
  summary: string;
}

const colourNames: { [kind: string]: string } = {
  construction: 'building',
  delivery: 'deliveries',
  run: 'installation',
};

/// A line on the page: the head of a group, closed with all its bars, or a row.
type Line = { group: Group; lane?: Lane; bars: Bar[] };

/// Of bars in one line the short stand on the long.
const longestFirst = (bars: Bar[]): Bar[] => [...bars].sort((a, b) => b.to - b.from - (a.to - a.from));

export function Schedule({ answer, series, choose, title, summary }: ScheduleProps): JSX.Element {
  const full = fullRange(answer)!;
  const range = shownRange(useView(), full);
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<{ bar: Bar; x: number; y: number } | undefined>();
  const all = useMemo(() => groupsOf(series, choose, full[1]), [series, choose, full]);
  // Many rows begin closed: a group is one line.
  const closedAtFirst = all.reduce((n, g) => n + g.lanes.length, 0) > manyLanes;
  const isOpen = (group: Group): boolean => onPaper() || turned.has(group.name) === (closedAtFirst && !group.points);
  const lines = all.flatMap((group): Line[] =>
    isOpen(group)
      ? [{ group, bars: [] }, ...group.lanes.map((lane) => ({ group, lane, bars: lane.bars }))]
      : [{ group, bars: longestFirst(group.lanes.flatMap((l) => l.bars)) }],
  );
  const bars = all.flatMap((g) => g.lanes.flatMap((l) => l.bars));
  const label = width < 560 ? 116 : 250;
  const frame: Frame = { box, left: label, right: 14, width, range, full };
  const gestures = useGestures(frame, (_, e) => {
    const element = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-bar]') : null;
    const bar = element && shown.get(element.dataset.bar!);
    const r = box.current!.getBoundingClientRect();
    setActive(bar ? { bar, x: e.clientX - r.left, y: e.clientY - r.top } : undefined);
  });
  const shown = new Map(lines.flatMap((l) => l.bars.map((b) => [b.path, b])));
  const colour = (bar: Bar): string => {
    const p = palettes[theme];
    if (bar.against) return p.other;
    if (bar.kind === 'waiting') return p.rule;
    if (bar.kind === '') return p.accent;
    return seriesColour(colourNames[bar.kind] ?? bar.kind, states.indexOf(bar.kind), theme);
  };
  // What is no kind of work, such as the state of a contract, has a colour each.
  const states = [...new Set(bars.map((b) => b.kind))].filter((k) => !limitColour(colourNames[k] ?? k, theme));
  const toggle = (group: Group): void => {
    const next = new Set(turned);
    if (!next.delete(group.name)) next.add(group.name);
    setTurned(next);
  };
  const kinds = [...new Map(bars.filter((b) => b.kind && !b.against).map((b) => [b.kind, b]))];
  const keys = (e: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (rangeKey(e, range, full)) return e.preventDefault();
    if (e.key === 'Escape') return setActive(undefined);
    if ((e.key !== 'ArrowDown' && e.key !== 'ArrowUp') || e.target !== e.currentTarget) return;
    e.preventDefault();
    const seen = [...shown.values()];
    const now = active ? seen.findIndex((b) => b.path === active.bar.path) : -1;
    const bar = seen[Math.min(seen.length - 1, Math.max(0, now + (e.key === 'ArrowDown' ? 1 : -1)))];
    const element = bar && box.current!.querySelector<HTMLElement>(`[data-bar="${CSS.escape(bar.path)}"]`);
    if (!bar || !element) return;
    element.scrollIntoView({ block: 'nearest' });
    const outer = box.current!.getBoundingClientRect(),
      inner = element.getBoundingClientRect();
    setActive({ bar, x: Math.max(label, inner.left - outer.left), y: inner.bottom - outer.top });
  };
  // Kept while only the pointer moves.
  const rows = useMemo(
    () =>
      width > 0 &&
      lines.map((line) => (
        <LineOf
          key={`${line.group.name}\n${line.lane?.name ?? ''}`}
          line={line}
          open={isOpen(line.group)}
          frame={frame}
          label={label}
          colour={colour}
          active={active?.bar.path}
          onToggle={() => toggle(line.group)}
        />
      )),
    [all, turned, width, range[0], range[1], theme, active?.bar.path, onPaper()],
  );
  const marks = width > 0 ? ticks(range, width - label - 14) : [];
  return (
    <div class="schedule-box">
      <div class="legend">
        {kinds.map(([kind, bar]) => (
          <span key={kind}>
            <i class={kind} style={{ '--colour': colour(bar) }} />
            {kind}
          </span>
        ))}
        {bars.some((b) => b.strong) && (
          <span>
            <i class="critical" />
            critical
          </span>
        )}
        {bars.some((b) => b.slackTo) && (
          <span>
            <i class="slack" />
            slack
          </span>
        )}
        {bars.some((b) => b.between) && (
          <span>
            <i class="whisker" />
            P10 to P90 of the end
          </span>
        )}
        {bars.some((b) => b.against) && (
          <span>
            <i class="other" />
            {sides(answer).other}
          </span>
        )}
      </div>
      <div
        ref={box}
        class="schedule-frame"
        tabIndex={0}
        role="group"
        aria-label={`${title}. Arrow keys go from task to task, plus and minus look closer, 0 shows all.`}
        onKeyDown={keys}
        onPointerLeave={() => setActive(undefined)}
        onBlur={(e) => e.target === e.currentTarget && setActive(undefined)}
        {...gestures.events}
      >
        <div class="schedule-scroll">
          <div class="schedule-axis" aria-hidden="true">
            {marks.map((m) => (
              <span key={m.at} class={m.year ? 'year' : ''} style={{ left: `${pixelOf(frame, m.at)}px` }}>
                {m.label}
              </span>
            ))}
          </div>
          <div class="unseen" role="img" aria-label={summary} />
          <div class="schedule-lines">
            {marks.map((m) => (
              <span key={m.at} class="grid-line" style={{ left: `${pixelOf(frame, m.at)}px` }} />
            ))}
            {rows}
          </div>
        </div>
        {gestures.marked && (
          <div
            class="marked"
            style={{ left: `${gestures.marked.left}px`, width: `${gestures.marked.width}px`, top: 0, bottom: 0 }}
          />
        )}
        {active && !gestures.marked && (
          <BarReadout answer={answer} bar={active.bar} x={active.x} y={active.y} width={width} />
        )}
      </div>
    </div>
  );
}

interface LineProps {
  line: Line;
  open: boolean;
  frame: Frame;
  label: number;
  colour: (bar: Bar) => string;
  active?: string;
  onToggle: () => void;
}

function LineOf({ line, open, frame, label, colour, active, onToggle }: LineProps): JSX.Element {
  const [from, to] = frame.range;
  const x = (day: number): number => pixelOf(frame, Math.min(to, Math.max(from, day)));
  const { group, lane } = line;
  return (
    <div class={lane ? 'line' : 'line head'}>
      <div class="line-name" style={{ width: `${label}px` }}>
        {lane ? (
          <span class={lane.bars.some((b) => b.strong) ? 'strong' : ''} title={lane.name}>
            {lane.name}
          </span>
        ) : (
          <button type="button" class="lane" onClick={onToggle} aria-expanded={open}>
            <span aria-hidden="true">{open ? '▾' : '▸'}</span> {group.name || 'all'}
          </button>
        )}
      </div>
      {line.bars.map((b) => {
        if (b.point) {
          if (b.from < from || b.from > to) return null;
          return (
            <>
              {b.between && (
                <span
                  class={b.against ? 'whisker other' : 'whisker'}
                  style={{ left: `${x(b.between[0])}px`, width: `${x(b.between[1]) - x(b.between[0])}px` }}
                />
              )}
              <span
                class={b.against ? 'diamond other' : 'diamond'}
                data-bar={b.path}
                style={{ left: `${x(b.from)}px` }}
              />
            </>
          );
        }
        if (b.to < from || b.from > to) return null;
        const classes = [
          'task',
          b.strong ? 'strong' : '',
          b.against ? 'other' : '',
          b.path === active ? 'active' : '',
          b.kind,
        ];
        return (
          <>
            {b.slackTo && b.to < to && (
              <span class="slack" style={{ left: `${x(b.to)}px`, width: `${x(b.slackTo) - x(b.to)}px` }} />
            )}
            <span
              class={classes.filter(Boolean).join(' ')}
              data-bar={b.path}
              style={{ left: `${x(b.from)}px`, width: `${Math.max(2, x(b.to) - x(b.from))}px`, '--colour': colour(b) }}
            >
              {lane && b.name !== lane.name && x(b.to) - x(b.from) > 8 + b.name.length * 6.5 ? b.name : ''}
            </span>
            {b.between && lane && (
              <span
                class={b.against ? 'whisker other' : 'whisker'}
                style={{ left: `${x(b.between[0])}px`, width: `${Math.max(0, x(b.between[1]) - x(b.between[0]))}px` }}
              />
            )}
          </>
        );
      })}
    </div>
  );
}

/// Every column of the row that a bar stands for.
function BarReadout({
  answer,
  bar,
  x,
  y,
  width,
}: {
  answer: Answer;
  bar: Bar;
  x: number;
  y: number;
  width: number;
}): JSX.Element {
  const of = bar.against ? answer.against! : answer;
  const table = tableOf(of, bar.series.layer.table, bar.against ? 'against' : '');
  const columns: Column[] = table?.shape.columns ?? [];
  return (
    <div
      class="readout"
      role="status"
      style={{ top: `${y + 14}px`, ...(x > width / 2 ? { right: `${width - x}px` } : { left: `${x}px` }) }}
    >
      <b>{bar.name}</b>
      <table>
        <tbody>
          {columns.map((c) => {
            const value = at(bar.row, c.key);
            if (value === null || value === undefined || value === bar.name || value === '') return null;
            return (
              <tr key={c.key}>
                <td>
                  {heading(c)}
                  {unitOf(c) && <small> {unitOf(c)}</small>}
                </td>
                <td class="number">
                  <Value value={value} column={c} path={pathOf(c.key, bar.rowPath)} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
