// A comparison: what both answers give, and which values differ.
import type { JSX } from 'preact';
import { type Answer, type AnswerTable, sides, tableOf } from '../answer';
import { Table } from './table';

const headings: { [key: string]: string } = {
  'difference/outputs': 'Outputs of both (P50)',
  'difference/not_counted': 'What only one of them counts',
  'difference/values': 'Values that differ',
};

function named(table: AnswerTable, value: string, other: string): AnswerTable {
  const names: { [key: string]: string } = { value, other };
  return {
    ...table,
    shape: {
      ...table.shape,
      columns: table.shape.columns.map((c) => (names[c.key] ? { ...c, heading: names[c.key] } : c)),
    },
  };
}

export function Difference({ answer }: { answer: Answer }): JSX.Element {
  const names = sides(answer);
  const other = answer.against!.title === answer.title ? names.other : answer.against!.title;
  return (
    <>
      {Object.entries(headings).map(([key, title]) => {
        const table = tableOf(answer, key);
        if (!table?.rows.length) return null;
        return (
          <section key={key} class="block">
            <h3>{title}</h3>
            <Table table={named(table, names.own, other)} label={title} filter={key === 'difference/values'} />
          </section>
        );
      })}
    </>
  );
}
