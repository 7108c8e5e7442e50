// What a kind of study has of its own on the page. A kind without a view is shown whole all the same: its figures by
// chapter, every table, sentences, facts.
import type { ComponentType } from 'preact';
import type { Answer } from '../answer';

export interface View {
  /// Chapters in this order before those that it does not name.
  order?: string[];
  /// Tables without a figure, by the chapter under whose figures they stand; others stand under "Tables".
  tables?: { [chapter: string]: string[] };
  /// Chapters that are there only where they have a figure; without one their tables stand under "Tables".
  withFigures?: string[];
  /// Headings of tables that the answer itself does not name.
  headings?: { [table: string]: string };
  /// What stands first in a chapter.
  parts?: { [chapter: string]: ComponentType<{ answer: Answer }> };
}

/// What every kind has.
const common: View = {
  tables: { Uncertainty: ['drivers', 'causes'] },
  headings: { drivers: 'What the spread of each output comes from', lever_pairs: 'Levers that bring more together' },
};

const files = import.meta.glob<{ default: View }>('./*_view.{ts,tsx}', { eager: true });

/// The view of a kind: the file named after it, "programme_view.ts", on what every kind has.
export function viewOf(kind: string): View {
  const name = `./${kind.replace(/-/g, '_')}_view`;
  const own = (files[`${name}.ts`] ?? files[`${name}.tsx`])?.default ?? {};
  const placed = new Set(Object.values(own.tables ?? {}).flat());
  const rest = Object.entries(common.tables ?? {}).map(([chapter, tables]) => [
    chapter,
    tables.filter((t) => !placed.has(t)),
  ]);
  return {
    ...own,
    tables: { ...Object.fromEntries(rest), ...own.tables },
    headings: { ...common.headings, ...own.headings },
  };
}
