import { fieldElements, oneLine } from './form.ts';
import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

/** XEP-0004 §3.4: rows under the labels of their columns. */
export interface Table {
  readonly title: string;
  /** The same in words, for clients that show no tables. */
  readonly lines?: readonly string[];
  readonly columns: readonly Column[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: 'jid-single' | 'text-single';
}

export function tableElement({ title, lines = [], columns, rows }: Table): Element {
  const reported = columns.map(({ name, label, type }) =>
    element('field', { var: name, label: oneLine(label), type }),
  );
  return element(
    'x',
    { xmlns: NS.forms, type: 'result' },
    element('title', {}, oneLine(title)),
    ...lines.flatMap((text) => fieldElements({ type: 'fixed', text })),
    element('reported', {}, ...reported),
    ...rows.map((row) => rowElement(row, columns)),
  );
}

function rowElement(cells: readonly string[], columns: readonly Column[]): Element {
  const fields = columns.map(({ name }, index) =>
    element('field', { var: name }, element('value', {}, cells[index] ?? '')),
  );
  return element('item', {}, ...fields);
}
