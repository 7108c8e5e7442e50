// What a kind of study has of its own on the page. A kind without a view is shown whole all the same: its figures by
// chapter, every table, sentences, facts.
import type { ComponentType } from 'preact';
import type { Answer } from '../answer';

export interface View {
  /// Chapters in this order before those that it does not name.
  order?: string[];
  /// Tables without a figure, by the chapter under whose figures they stand; others stand under "Tables".
  tables?: { [chapter: string]: string[] };
  /// Headings of tables that the answer itself does not name.
  headings?: { [table: string]: string };
  /// What stands first in a chapter.
  parts?: { [chapter: string]: ComponentType<{ answer: Answer }> };
}

const files = import.meta.glob<{ default: View }>('./*_view.{ts,tsx}', { eager: true });

/// The view of a kind: the file named after it, "programme_view.ts".
export function viewOf(kind: string): View {
  return files[`./${kind.replace(/-/g, '_')}_view.ts`]?.default ?? files[`./${kind.replace(/-/g, '_')}_view.tsx`]?.default ?? {};
}
