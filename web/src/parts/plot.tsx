// A figure over time as it stands on the page: the drawing, and over it what the pointer or the arrow keys point at.
import type { JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, middleOf, sides } from '../answer';
import { type ECharts, makeChart } from '../figures/chart';
import { type Hover, hoverAt, isElsewhere, stops } from '../figures/hover';
import { dayText, span, type Series } from '../figures/reading';
import {
  type Drawing,
  type Segment,
  type TimeFigure,
  axisHeight,
  coloursOf,
  drawTime,
  segments,
  stripHeight,
} from '../figures/time';
import { type Theme, limitColour, palettes, seriesColour } from '../palette';
import { type Range, fullRange, shownRange } from '../range';
import { useView } from '../state';
import { onPaper, useTheme } from '../theme';
import { type Frame, dayAt, pixelOf, rangeKey, useGestures } from './gestures';
import { Readout } from './readout';

interface PlotProps {
  answer: Answer;
  figure: TimeFigure;
  title: string;
  /// Says in words what is drawn.
  summary: string;
  height: number;
}

/// The width of an element, followed.
export function useWidth(box: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  const paper = onPaper();
  useLayoutEffect(() => setWidth(box.current!.clientWidth), [paper]);
  useEffect(() => {
    const size = new ResizeObserver(() => box.current && setWidth(box.current.clientWidth));
    size.observe(box.current!);
    return () => size.disconnect();
  }, []);
  return width;
}

const later: (() => void)[] = [];
let idle = false;

/// Does what is asked for when nothing else is to be done, one after the other. Gives what takes it back.
function whenIdle(what: () => void): () => void {
  const next = (): void => {
    if (idle || later.length === 0) return;
    idle = true;
    const soon = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 50));
    soon(() => {
      idle = false;
      later.shift()?.();
      next();
    });
  };
  later.push(what);
  next();
  return () => {
    const at = later.indexOf(what);
    if (at >= 0) later.splice(at, 1);
  };
}

/// Whether an element is to be drawn: at once near the screen and on paper, elsewhere when there is time.
function useSeen(box: RefObject<HTMLElement>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const sight = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && setSeen(true), {
      rootMargin: '300px',
    });
    sight.observe(box.current!);
    const takeBack = whenIdle(() => setSeen(true));
    return () => {
      sight.disconnect();
      takeBack();
    };
  }, []);
  return seen || onPaper();
}

export function Plot({ answer, figure, title, summary, height }: PlotProps): JSX.Element {
  const view = useView();
  // A course has a range of its own, which is not moved.
  const own = useMemo((): Range | undefined => (figure.course ? (span(figure.series) ?? [0, 1]) : undefined), [figure]);
  const full = own ?? fullRange(answer)!;
  const range = own ?? shownRange(view, full);
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null),
    sheet = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const width = useWidth(box);
  const seen = useSeen(box);
  const [hover, setHover] = useState<Hover | undefined>();
  const strips = figure.series.filter((s) => s.mark === 'strip' && !s.against);
  const strip = stripHeight(strips.length);
  const held = useMemo(() => strips.map((s) => segments(s, full[1])), [figure, full[1]]);
  const tall = height + strips.length * strip;
  const ready = width > 0 && seen;
  const drawn = useMemo(
    () => (ready ? drawTime(figure, range, theme, width) : undefined),
    [figure, range[0], range[1], theme, width, ready],
  );

  useLayoutEffect(() => {
    if (!drawn) return;
    chart.current ??= makeChart(sheet.current!, drawn.readings);
    chart.current.resize({ width, height: tall });
    chart.current.setOption(drawn.option, { notMerge: true });
  }, [drawn, tall]);
  useEffect(() => () => chart.current?.dispose(), []);

  const frame: Frame = { box, left: drawn?.left ?? 0, right: drawn?.right ?? 0, width, range, full };
  const colours = useMemo(() => coloursOf(figure.series, theme), [figure, theme]);
  const gestures = useGestures(
    frame,
    (x) => setHover(x >= frame.left ? hoverAt(figure.series, dayAt(frame, x)) : undefined),
    !own,
  );

  const keys = (e: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (!own && rangeKey(e, range, full, hover?.day)) e.preventDefault();
    else if (e.key === 'Escape') setHover(undefined);
    else if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') {
      e.preventDefault();
      const all = stops(figure.series).filter((x) => x >= range[0] && x <= range[1]);
      const now = hover?.day;
      const later = e.key === 'ArrowRight';
      const to = later
        ? all.find((x) => now === undefined || x > now)
        : all.filter((x) => now === undefined || x < now).pop();
      if (to !== undefined) setHover(hoverAt(figure.series, to));
    }
  };

  return (
    <div
      ref={box}
      class="plot"
      style={{ height: `${tall}px` }}
      tabIndex={0}
      role="group"
      aria-label={`${title}. Arrow keys read the values${own ? '' : ', plus and minus look closer, 0 shows all'}.`}
      onKeyDown={keys}
      onBlur={() => setHover(undefined)}
      onPointerLeave={() => setHover(undefined)}
      {...gestures.events}
    >
      <div ref={sheet} class="drawing" role="img" aria-label={summary} style={{ height: `${tall}px` }} />
      {drawn &&
        strips.map((s, i) => (
          <Strip
            key={i}
            segments={held[i]!}
            name={s.part}
            height={strip - (strip > 20 ? 4 : 2)}
            top={tall - axisHeight - (strips.length - i) * strip}
            frame={frame}
            theme={theme}
          />
        ))}
      {drawn && gestures.marked && (
        <div
          class="marked"
          style={{
            left: `${gestures.marked.left}px`,
            width: `${gestures.marked.width}px`,
            top: `${drawn.top}px`,
            bottom: `${drawn.bottom}px`,
          }}
        />
      )}
      {drawn && hover && !gestures.marked && (
        <>
          <Crosshairs hover={hover} frame={frame} drawn={drawn} chart={chart.current} colours={colours} />
          <Readout
            hover={hover}
            colours={colours}
            left={pixelOf(frame, hover.day)}
            width={width}
            other={sides(answer).other}
          />
        </>
      )}
    </div>
  );
}

interface CrosshairsProps {
  hover: Hover;
  frame: Frame;
  drawn: Drawing;
  chart: ECharts | null;
  colours: Map<Series, string>;
}

/// Where the rows stand that are read out: an upright line at each of their days, a ring on each point.
function Crosshairs({ hover, frame, drawn, chart, colours }: CrosshairsProps): JSX.Element {
  const seen = (at: number): boolean => at >= frame.range[0] && at <= frame.range[1];
  const elsewhere = new Set(hover.items.filter((i) => isElsewhere(i, hover.day) && seen(i.at)).map((i) => i.at));
  const upright = (at: number): JSX.CSSProperties => ({
    left: `${pixelOf(frame, at)}px`,
    top: `${drawn.top}px`,
    bottom: `${axisHeight}px`,
  });
  return (
    <>
      <div class="crosshair" style={upright(hover.day)} />
      {[...elsewhere].map((at) => (
        <div key={at} class="crosshair elsewhere" style={upright(at)} />
      ))}
      {hover.items.map(({ series, reading, at }, i) => {
        const value = middleOf(reading.value);
        if (value === null || !['line', 'band', 'points'].includes(series.mark) || !seen(at) || !chart) return null;
        const top = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [at, value])[1];
        return (
          <i
            key={i}
            class="ring"
            style={{ left: `${pixelOf(frame, at)}px`, top: `${top}px`, borderColor: colours.get(series) }}
          />
        );
      })}
    </>
  );
}

interface StripProps {
  segments: Segment[];
  /// The place that it is of, where there are several.
  name: string;
  height: number;
  top: number;
  frame: Frame;
  theme: Theme;
}

/// What holds from a day to a day, as a row of coloured boxes with their words where they fit.
function Strip({ segments: all, name, height, top, frame, theme }: StripProps): JSX.Element {
  const { range } = frame;
  const names = useMemo(() => [...new Set(all.map((s) => s.text))], [all]);
  return (
    <div class="strip" style={{ top: `${top}px`, '--height': `${height}px` }} aria-hidden="true">
      {name && (
        <b title={name} style={{ width: `${frame.left - 4}px` }}>
          {name}
        </b>
      )}
      {all
        .filter((s) => s.to > range[0] && s.from < range[1])
        .map((s) => {
          const left = pixelOf(frame, Math.max(s.from, range[0])),
            right = pixelOf(frame, Math.min(s.to, range[1]));
          const colour = limitColour(s.text, theme) ?? seriesColour(s.text, names.indexOf(s.text), theme);
          return (
            <span
              key={s.path}
              data-path={s.path}
              style={{
                left: `${left}px`,
                width: `${Math.max(1, right - left - 1)}px`,
                background: colour,
                color: palettes[theme].surface,
              }}
              title={`${s.text}, ${dayText(s.from)} to ${dayText(s.to)}`}
            >
              {height > 14 && right - left > 10 + s.text.length * 7 ? s.text : ''}
            </span>
          );
        })}
    </div>
  );
}
