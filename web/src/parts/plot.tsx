// A figure over time as it stands on the page: the drawing, and over it what the pointer or the arrow keys point at. Drag
// to look closer, hold shift and drag to move along, wheel with ctrl to zoom and with shift to move, double click for all.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../answer';
import { type ECharts, makeChart } from '../figures/chart';
import { type Hover, hoverAt, stops } from '../figures/hover';
import { type Drawing, type TimeFigure, coloursOf, drawTime, segments, stripHeight } from '../figures/time';
import { dayText } from '../figures/reading';
import { limitColour, palettes, seriesColour, type Theme } from '../palette';
import { type Range, fullRange, move, resetRange, setRange, shownRange, zoom } from '../range';
import { useView } from '../state';
import { useTheme } from '../theme';
import { Readout } from './readout';

interface PlotProps {
  answer: Answer;
  figure: TimeFigure;
  title: string;
  /// Says in words what is drawn.
  summary: string;
  height: number;
}

export function Plot({ answer, figure, title, summary, height }: PlotProps): JSX.Element {
  const full = fullRange(answer)!;
  const range = shownRange(useView(), full);
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const [width, setWidth] = useState(0);
  const [seen, setSeen] = useState(false);
  const [hover, setHover] = useState<Hover | undefined>();
  const [drag, setDrag] = useState<{ from: number; to: number } | undefined>();
  const drawing = useRef<Drawing | undefined>();
  const strips = figure.series.filter((s) => s.mark === 'strip' && !s.against);
  const tall = height + strips.length * stripHeight;

  useLayoutEffect(() => {
    const element = box.current!;
    setWidth(element.clientWidth);
    const size = new ResizeObserver(() => setWidth(element.clientWidth));
    size.observe(element);
    const sight = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && setSeen(true), {
      rootMargin: '400px',
    });
    sight.observe(element);
    const print = (): void => setSeen(true);
    window.addEventListener('beforeprint', print);
    return () => {
      size.disconnect();
      sight.disconnect();
      window.removeEventListener('beforeprint', print);
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  const ready = width > 0;
  const drawn = ready ? drawTime(figure, range, theme, width) : undefined;
  drawing.current = drawn;
  useLayoutEffect(() => {
    if (!drawn || !seen) return;
    chart.current ??= makeChart(canvas.current!, drawn.points);
    chart.current.resize({ width, height: tall });
    chart.current.setOption(drawn.option, { notMerge: true });
  }, [figure, range[0], range[1], theme, width, seen, tall]);

  /// The day under a pixel of the box, within the plot.
  const dayAt = (x: number): number => {
    const d = drawing.current!;
    const inner = width - d.left - d.right;
    return range[0] + (Math.min(inner, Math.max(0, x - d.left)) / inner) * (range[1] - range[0]);
  };
  const pixelOf = (day: number): number => {
    const d = drawing.current!;
    return d.left + ((day - range[0]) / (range[1] - range[0])) * (width - d.left - d.right);
  };

  useEffect(() => {
    const element = box.current!;
    const wheel = (e: WheelEvent): void => {
      const sideways = Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey;
      if (!sideways && !e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      if (sideways) move(range, full, (e.deltaX || e.deltaY) / 1500);
      else zoom(range, full, Math.exp(e.deltaY / 400), dayAt(e.clientX - element.getBoundingClientRect().left));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  });

  const offset = (e: JSX.TargetedPointerEvent<HTMLDivElement>): number => e.clientX - box.current!.getBoundingClientRect().left;
  const point = (x: number): void => setHover(drawing.current && hoverAt(figure.series, dayAt(x)));
  const moving = useRef<{ x: number; range: Range } | undefined>();

  const keys = (e: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    const all = stops(figure.series).filter((x) => x >= range[0] && x <= range[1]);
    const now = hover?.day;
    const step = (by: number): void => {
      if (all.length === 0) return;
      const at = now === undefined ? (by > 0 ? -1 : all.length) : by > 0 ? all.filter((x) => x <= now).length - 1 : all.findIndex((x) => x >= now);
      const to = all[Math.min(all.length - 1, Math.max(0, at + by))];
      if (to !== undefined) setHover(hoverAt(figure.series, to));
    };
    switch (e.key) {
      case 'ArrowRight':
        if (e.shiftKey) move(range, full, 0.1);
        else step(1);
        break;
      case 'ArrowLeft':
        if (e.shiftKey) move(range, full, -0.1);
        else step(-1);
        break;
      case '+':
      case '=':
        zoom(range, full, 0.7, hover?.day);
        break;
      case '-':
        zoom(range, full, 1 / 0.7, hover?.day);
        break;
      case '0':
        resetRange();
        break;
      case 'Escape':
        setHover(undefined);
        break;
      default:
        return;
    }
    e.preventDefault();
  };

  const colours = coloursOf(figure.series, theme);
  return (
    <div
      ref={box}
      class="plot"
      style={{ height: `${tall}px` }}
      tabIndex={0}
      role="group"
      aria-label={`${title}. Arrow keys read the values, plus and minus look closer, 0 shows all.`}
      onKeyDown={keys}
      onBlur={() => setHover(undefined)}
      onPointerDown={(e) => {
        if (e.button !== 0 || e.pointerType === 'touch') return;
        const x = offset(e);
        box.current!.setPointerCapture(e.pointerId);
        if (e.shiftKey) moving.current = { x, range };
        else setDrag({ from: x, to: x });
      }}
      onPointerMove={(e) => {
        const x = offset(e);
        const start = moving.current;
        if (start) {
          const by = ((start.x - x) / (width - drawing.current!.left - drawing.current!.right)) * (start.range[1] - start.range[0]);
          setRange([start.range[0] + by, start.range[1] + by], full);
        } else if (drag) setDrag({ ...drag, to: x });
        else point(x);
      }}
      onPointerUp={() => {
        moving.current = undefined;
        if (drag && Math.abs(drag.to - drag.from) > 6) {
          const [a, b] = [dayAt(drag.from), dayAt(drag.to)];
          setRange([Math.min(a, b), Math.max(a, b)], full);
          setHover(undefined);
        }
        setDrag(undefined);
      }}
      onPointerLeave={() => !drag && setHover(undefined)}
      onDblClick={() => resetRange()}
    >
      <div ref={canvas} class="drawing" role="img" aria-label={summary} style={{ height: `${tall}px` }} />
      {drawn &&
        strips.map((s, i) => (
          <Strip
            key={i}
            segments={segments(s, range[1])}
            top={tall - 26 - (strips.length - i) * stripHeight + 18}
            range={range}
            pixelOf={pixelOf}
            theme={theme}
          />
        ))}
      {drawn && drag && (
        <div class="dragged" style={{ left: `${Math.min(drag.from, drag.to)}px`, width: `${Math.abs(drag.to - drag.from)}px`, top: `${drawn.top}px`, bottom: `${drawn.bottom}px` }} />
      )}
      {drawn && hover && !drag && (
        <>
          <div class="crosshair" style={{ left: `${pixelOf(hover.day)}px`, top: `${drawn.top}px`, bottom: '26px' }} />
          <Readout hover={hover} colours={colours} left={pixelOf(hover.day)} width={width} />
        </>
      )}
    </div>
  );
}

interface StripProps {
  segments: ReturnType<typeof segments>;
  top: number;
  range: Range;
  pixelOf: (day: number) => number;
  theme: Theme;
}

/// What holds from a day to a day, as a row of coloured boxes with their words where they fit.
function Strip({ segments: all, top, range, pixelOf, theme }: StripProps): JSX.Element {
  const names = [...new Set(all.map((s) => s.text))];
  return (
    <div class="strip" style={{ top: `${top}px` }} aria-hidden="true">
      {all
        .filter((s) => s.to > range[0] && s.from < range[1])
        .map((s) => {
          const left = pixelOf(Math.max(s.from, range[0])), right = pixelOf(Math.min(s.to, range[1]));
          const colour = limitColour(s.text, theme) ?? seriesColour(s.text, names.indexOf(s.text), theme);
          return (
            <span
              key={s.path}
              style={{ left: `${left}px`, width: `${Math.max(1, right - left - 1)}px`, background: colour, color: palettes[theme].surface }}
              title={`${s.text}, ${dayText(s.from)} to ${dayText(s.to)}`}
            >
              {right - left > 8 + s.text.length * 7 ? s.text : ''}
            </span>
          );
        })}
    </div>
  );
}
