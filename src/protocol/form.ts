import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

/** XEP-0004 §3: a form to fill in. */
export interface DataForm {
  readonly title: string;
  /** May have several lines; some clients show only the first one. */
  readonly instructions: string;
  readonly fields: readonly Field[];
}

export type AskedField = ChoiceField | SingleField | FlagField;
export type Field = AskedField | HiddenField | FixedField;

interface Named {
  readonly name: string;
  readonly label: string;
  readonly isRequired?: boolean;
  /** What to tell the user if the answer is not valid. */
  readonly ifWrong: string;
}

export interface ChoiceField extends Named {
  readonly type: 'list-single' | 'list-multi';
  readonly options: readonly Option[];
  readonly values: readonly string[];
}

export interface SingleField extends Named {
  readonly type: 'jid-single' | 'text-single';
  readonly value?: string;
}

export interface FlagField extends Named {
  readonly type: 'boolean';
  readonly value: boolean;
}

/**
 * The client sends it back unchanged, so we need not remember it. It has one value, because some
 * clients return only the first of several.
 */
export interface HiddenField {
  readonly type: 'hidden';
  readonly name: string;
  readonly value: string;
}

/** A text in the form, without an answer. */
export interface FixedField {
  readonly type: 'fixed';
  readonly text: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** XEP-0004 §3.4: the result of a command, a text to read. */
export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading?: string;
  readonly lines: readonly string[];
}

export function formElement({ title, instructions, fields }: DataForm): Element {
  const heads = [
    element('title', {}, oneLine(title)),
    ...linesOf(instructions).map((line) => element('instructions', {}, line)),
  ];
  return element(
    'x',
    { xmlns: NS.forms, type: 'form' },
    ...heads,
    ...fields.flatMap(fieldElements),
  );
}

/**
 * Clients that show a field of several lines show only its first ones, so each line is a field, and
 * so is each heading: XEP-0004 §3.3 calls fixed fields section headers. Converse.js shows all others
 * as boxes to fill in, and cuts off what is long.
 */
export function pageElement({ title, sections }: Page): Element {
  const parts = sections.flatMap(({ heading, lines }) =>
    heading === undefined ? lines : [heading, ...lines],
  );
  return element(
    'x',
    { xmlns: NS.forms, type: 'result' },
    element('title', {}, oneLine(title)),
    ...parts.flatMap((text) => fieldElements({ type: 'fixed', text })),
  );
}

export function isAsked(field: Field): field is AskedField {
  return field.type !== 'fixed' && field.type !== 'hidden';
}

export function fieldElements(field: Field): readonly Element[] {
  switch (field.type) {
    case 'fixed':
      return linesOf(field.text).map((line) =>
        element('field', { type: 'fixed' }, element('value', {}, line)),
      );
    case 'hidden':
      return [
        element('field', { var: field.name, type: 'hidden' }, ...valueElements([field.value])),
      ];
    default:
      return [askedElement(field)];
  }
}

function askedElement(field: AskedField): Element {
  const { name, type, label, isRequired } = field;
  const options = 'options' in field ? field.options : [];
  return element(
    'field',
    { var: name, type, label: oneLine(label) },
    ...(isRequired === true ? [element('required', {})] : []),
    ...valueElements(presentOf(field)),
    ...options.map((option) =>
      element('option', { label: oneLine(option.label) }, ...valueElements([option.value])),
    ),
  );
}

function presentOf(field: AskedField): readonly string[] {
  if ('options' in field) return field.values;
  // XEP-0004 §3.3: `1` and `true` mean the same; all clients read `1`.
  if (field.type === 'boolean') return [field.value ? '1' : '0'];
  return field.value === undefined ? [] : [field.value];
}

function valueElements(values: readonly string[]): readonly Element[] {
  return values.map((value) => element('value', {}, value));
}

/** XEP-0004 §3 and §3.3: titles, labels, instructions and fixed texts have no line ends. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
}

export function oneLine(text: string): string {
  return linesOf(text).join(' ');
}
