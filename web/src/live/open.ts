// Which window stands over the page; one at a time.
import { useEffect, useState } from 'preact/hooks';

export type Window =
  | { name: 'scenarios' }
  | { name: 'save' }
  | { name: 'commands' }
  | { name: 'catalog'; kind?: string; entry?: string; figure?: string };

let shown: Window | undefined;
const listeners = new Set<() => void>();

export function open(window: Window | undefined): void {
  shown = window;
  for (const listener of [...listeners]) listener();
}

export const close = (): void => open(undefined);

/// Opens what a fact of the catalog names as its place: "chips/h100-sxm.price".
export function openCatalog(where = ''): void {
  const [, kind, entry, figure] = /^([^/]+)\/([^.]+)(?:\.(.*))?$/.exec(where) ?? [];
  open({ name: 'catalog', kind, entry, figure });
}

export function useWindow(): Window | undefined {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = (): void => again((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return shown;
}
