// The page when it is served: an answer is asked for and shown.
import type { JSX } from 'preact';

export function Live(): JSX.Element {
  return <main id="content" />;
}
