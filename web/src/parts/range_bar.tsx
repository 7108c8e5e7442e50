// The range of days that all figures over time share: a bar with two ends to drag, and the two days as fields.
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Answer } from '../answer';
import { ticks } from '../figures/axis';
import { dayText, period } from '../figures/reading';
import { type Range, fullRange, move, resetRange, setRange, shownRange, zoom } from '../range';
import { useView } from '../state';
import { useWidth } from './plot';

const dayMs = 86400000;

export function RangeBar({ answer }: { answer: Answer }): JSX.Element | null {
  const state = useView();
  const full = fullRange(answer);
  return full ? <Bar full={full} range={shownRange(state, full)} whole={!state.from && !state.to} /> : null;
}

function Bar({ full, range, whole }: { full: Range; range: Range; whole: boolean }): JSX.Element {
  const track = useRef<HTMLDivElement>(null);
  const width = useWidth(track);
  const held = useRef<{ what: 'from' | 'to' | 'both'; x: number; range: Range } | undefined>();
  const share = (day: number): number => (100 * (day - full[0])) / (full[1] - full[0]);

  useEffect(() => {
    const element = track.current!;
    const wheel = (e: WheelEvent): void => {
      e.preventDefault();
      const about =
        full[0] + ((e.clientX - element.getBoundingClientRect().left) / element.clientWidth) * (full[1] - full[0]);
      if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) move(range, full, (e.deltaX || e.deltaY) / 1000);
      else zoom(range, full, Math.exp(e.deltaY / 400), Math.min(range[1], Math.max(range[0], about)));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  });

  const drag = (e: JSX.TargetedPointerEvent<HTMLDivElement>): void => {
    const from = held.current;
    if (!from || width === 0) return;
    const by = ((e.clientX - from.x) / width) * (full[1] - full[0]);
    const [a, b] = from.range;
    if (from.what === 'both') setRange([a + by, b + by], full);
    else if (from.what === 'from') setRange([Math.min(a + by, b - 14 * dayMs), b], full);
    else setRange([a, Math.max(b + by, a + 14 * dayMs)], full);
  };
  const hold =
    (what: 'from' | 'to' | 'both') =>
    (e: JSX.TargetedPointerEvent<HTMLElement>): void => {
      e.stopPropagation();
      track.current!.setPointerCapture(e.pointerId);
      held.current = { what, x: e.clientX, range };
    };
  const keys =
    (what: 'from' | 'to') =>
    (e: JSX.TargetedKeyboardEvent<HTMLElement>): void => {
      const days = { ArrowLeft: -30, ArrowRight: 30, PageDown: -182, PageUp: 182 }[e.key];
      const [a, b] = range;
      if (e.key === 'Home' || e.key === 'End' || e.key === 'Escape') resetRange();
      else if (days === undefined) return;
      else if (what === 'from') setRange([Math.min(a + days * dayMs, b - 14 * dayMs), b], full);
      else setRange([a, Math.max(b + days * dayMs, a + 14 * dayMs)], full);
      e.preventDefault();
    };
  const end = (what: 'from' | 'to', day: number): JSX.Element => (
    <div
      class="range-end"
      role="slider"
      tabIndex={0}
      aria-label={what === 'from' ? 'First day shown' : 'Last day shown'}
      aria-valuemin={Math.round(full[0] / dayMs)}
      aria-valuemax={Math.round(full[1] / dayMs)}
      aria-valuenow={Math.round(day / dayMs)}
      aria-valuetext={dayText(day)}
      style={{ left: `${share(day)}%` }}
      onPointerDown={hold(what)}
      onKeyDown={keys(what)}
    />
  );
  const field = (what: 'from' | 'to', day: number): JSX.Element => (
    <input
      type="text"
      inputMode="numeric"
      placeholder="2025-06-30"
      aria-label={what === 'from' ? 'First day shown' : 'Last day shown'}
      value={dayText(day)}
      onChange={(e) => {
        const named = period(e.currentTarget.value.trim());
        const to = what === 'from' ? named?.from : named?.to;
        if (to === undefined) e.currentTarget.value = dayText(day);
        else
          setRange(
            what === 'from' ? [to, Math.max(range[1], to + 14 * dayMs)] : [Math.min(range[0], to - 14 * dayMs), to],
            full,
          );
      }}
    />
  );
  return (
    <div class="range" role="group" aria-label="Range of days">
      {field('from', range[0])}
      <div
        ref={track}
        class="range-track"
        onPointerMove={drag}
        onPointerUp={() => (held.current = undefined)}
        onPointerCancel={() => (held.current = undefined)}
        onDblClick={() => resetRange()}
      >
        {ticks(full, width).map((t) => (
          <span key={t.at} class={t.year ? 'range-tick year' : 'range-tick'} style={{ left: `${share(t.at)}%` }}>
            {((100 - share(t.at)) / 100) * width > 8 + 7 * t.label.length && t.label}
          </span>
        ))}
        <div
          class="range-part"
          style={{ left: `${share(range[0])}%`, right: `${100 - share(range[1])}%` }}
          onPointerDown={hold('both')}
        />
        {end('from', range[0])}
        {end('to', range[1])}
      </div>
      {field('to', range[1])}
      <button type="button" disabled={whole} onClick={resetRange}>
        Reset
      </button>
    </div>
  );
}
