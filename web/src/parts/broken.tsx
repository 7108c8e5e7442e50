// What stands in place of an answer that cannot be read or drawn.
import type { ComponentChildren, JSX } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

export function Broken({ why }: { why?: string }): JSX.Element {
  return (
    <main id="content" class="broken" tabIndex={-1}>
      <h1>Orrery</h1>
      <p role="alert">The answer of this page cannot be shown{why ? ` (${why})` : ''}: run the scenario again.</p>
    </main>
  );
}

/// An answer that stops the page while it is drawn leaves a message, not an empty page.
export function Guarded({ children }: { children: ComponentChildren }): JSX.Element {
  const [error] = useErrorBoundary() as [unknown, () => void];
  if (error === undefined) return <>{children}</>;
  return <Broken why={error instanceof Error ? error.message : String(error)} />;
}
