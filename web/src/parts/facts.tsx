// The values behind the answer, each with its basis and source.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Answer, type AnswerTable, tableOf } from '../answer';
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
    const kept = facts.rows.filter(({ row }) => prefixes.length === 0 || prefixes.some((p) => String(row.key).startsWith(p)));
    return { ...facts, rows: kept };
  }, [answer, prefixes]);
  return <Table table={table} label={label} filter />;
}
