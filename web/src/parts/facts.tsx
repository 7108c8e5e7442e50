// The values behind the answer, each with its basis and source.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Answer, type AnswerTable, type Column, type PlacedRow, tableOf } from '../answer';
import { shortPlace } from '../format';
import { links } from './links';
import { Table } from './table';

interface FactsProps {
  answer: Answer;
  /// Beginnings of keys; empty: all.
  prefixes: string[];
  label: string;
}

export function FactsTable({ answer, prefixes, label }: FactsProps): JSX.Element {
  const table = useMemo((): AnswerTable => {
    const facts = tableOf(answer, 'facts') ?? { shape: { key: 'facts', columns: [] }, rows: [] };
    const kept = facts.rows.filter(
      ({ row }) => prefixes.length === 0 || prefixes.some((p) => String(row.key).startsWith(p)),
    );
    return { ...facts, rows: kept };
  }, [answer, prefixes]);
  return <Table table={table} label={label} filter cell={linked} />;
}

/// In a live page a key leads to the form, and what is of the catalog to its entry.
function linked({ row }: PlacedRow, { key }: Column): JSX.Element | undefined {
  const text = String(row[key] ?? '');
  const lead = key === 'key' ? links.edit : key === 'where' && row.origin === 'catalog' ? links.catalog : undefined;
  if (key === 'where' && text.startsWith('/')) return <span title={text}>{shortPlace(text)}</span>;
  if (!lead || text === '') return undefined;
  return (
    <button type="button" class="link" onClick={() => lead(text)}>
      {text}
    </button>
  );
}
