// How a figure over time is moved with pointer, wheel and keys: drag looks closer, shift and drag moves along, the
// wheel with ctrl zooms and with shift moves, double click and 0 show all.
import type { RefObject, TargetedPointerEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Range, move, resetRange, setRange, zoom } from '../range';

/// Where the plot stands in its box.
export interface Frame {
  box: RefObject<HTMLDivElement>;
  left: number;
  right: number;
  width: number;
  range: Range;
  full: Range;
}

export const dayAt = ({ left, right, width, range }: Frame, x: number): number => {
  const inner = Math.max(1, width - left - right);
  return range[0] + (Math.min(inner, Math.max(0, x - left)) / inner) * (range[1] - range[0]);
};

export const pixelOf = ({ left, right, width, range }: Frame, day: number): number =>
  left + ((day - range[0]) / (range[1] - range[0])) * Math.max(1, width - left - right);

type PointerEvents = {
  [name in 'onPointerDown' | 'onPointerMove' | 'onPointerUp']: (e: TargetedPointerEvent<HTMLDivElement>) => void;
} & { onDblClick: () => void };

export interface Gestures {
  events: PointerEvents;
  /// The stretch that is being marked, in pixels of the box.
  marked?: { left: number; width: number };
}

/// `point` is told where the pointer stands while nothing is dragged; where the range cannot be moved nothing is.
export function useGestures(
  frame: Frame,
  point: (x: number, e: TargetedPointerEvent<HTMLDivElement>) => void,
  moves = true,
): Gestures {
  const { box, range, full } = frame;
  const [drag, setDrag] = useState<{ from: number; to: number } | undefined>();
  const moving = useRef<{ x: number; range: Range } | undefined>();
  const offset = (x: number): number => x - box.current!.getBoundingClientRect().left;

  useEffect(() => {
    const element = box.current;
    if (!element || !moves) return;
    const wheel = (e: WheelEvent): void => {
      const sideways = Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey;
      if (!sideways && !e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      if (sideways) move(range, full, (e.deltaX || e.deltaY) / 1500);
      else zoom(range, full, Math.exp(e.deltaY / 400), dayAt(frame, offset(e.clientX)));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  });

  const events: PointerEvents = {
    onPointerDown(e) {
      const x = offset(e.clientX);
      if (!moves || e.button !== 0 || e.pointerType === 'touch' || x < frame.left) return;
      if (e.target instanceof Element && e.target.closest('button')) return;
      e.currentTarget.setPointerCapture(e.pointerId);
      if (e.shiftKey) moving.current = { x, range };
      else setDrag({ from: x, to: x });
    },
    onPointerMove(e) {
      const x = offset(e.clientX),
        start = moving.current;
      if (start) {
        const days = dayAt({ ...frame, range: start.range }, start.x) - dayAt({ ...frame, range: start.range }, x);
        setRange([start.range[0] + days, start.range[1] + days], full);
      } else if (drag) setDrag({ ...drag, to: x });
      else point(x, e);
    },
    onPointerUp() {
      moving.current = undefined;
      if (drag && Math.abs(drag.to - drag.from) > 6) {
        const days = [dayAt(frame, drag.from), dayAt(frame, drag.to)];
        setRange([Math.min(...days), Math.max(...days)], full);
      }
      setDrag(undefined);
    },
    onDblClick: () => moves && resetRange(),
  };
  const marked =
    drag && Math.abs(drag.to - drag.from) > 2
      ? { left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }
      : undefined;
  return { events, marked };
}

/// Keys that move the range: plus, minus, 0, and shift with the arrows. False for any other.
export function rangeKey(e: KeyboardEvent, range: Range, full: Range, about?: number): boolean {
  if (e.ctrlKey || e.metaKey || e.altKey) return false;
  if (e.key === '+' || e.key === '=') zoom(range, full, 0.7, about);
  else if (e.key === '-') zoom(range, full, 1 / 0.7, about);
  else if (e.key === '0') resetRange();
  else if (e.shiftKey && e.key === 'ArrowRight') move(range, full, 0.1);
  else if (e.shiftKey && e.key === 'ArrowLeft') move(range, full, -0.1);
  else return false;
  return true;
}
