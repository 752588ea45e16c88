import { NS } from './namespaces.ts';
import { child, children, type Element, element } from './xml.ts';

// XEP-0004: forms that we ask with, tables that we answer with, and what comes back.

/** XEP-0004 §3: a form to fill in. */
export interface DataForm {
  readonly title: string;
  /** Line by line; some clients show the first alone. */
  readonly instructions: string;
  readonly fields: readonly Field[];
}

export type AskedField = ChoiceField | SingleField | FlagField;
export type Field = AskedField | HiddenField | FixedField;

interface Named {
  readonly name: string;
  readonly label: string;
  readonly isRequired?: boolean;
  /** What to say to an answer that cannot stand. */
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

/** Comes back as it is, so that we need not remember it. One value: of several some clients return the first. */
export interface HiddenField {
  readonly type: 'hidden';
  readonly name: string;
  readonly value: string;
}

/** Only to be read. */
export interface FixedField {
  readonly type: 'fixed';
  readonly text: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** XEP-0004 §3.4: rows under the labels of their columns. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: 'jid-single' | 'text-single';
}

/** The values of each field that came back. Empty ones are left out: XEP-0004 §3.6 tells them not from absent ones. */
export type Answers = ReadonlyMap<string, readonly string[]>;

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

export function tableElement({ title, columns, rows }: Table): Element {
  const reported = columns.map(({ name, label, type }) =>
    element('field', { var: name, label: oneLine(label), type }),
  );
  return element(
    'x',
    { xmlns: NS.forms, type: 'result' },
    element('title', {}, oneLine(title)),
    element('reported', {}, ...reported),
    ...rows.map((row) => rowElement(row, columns)),
  );
}

/** What was submitted; `undefined`: the form is of no use here. */
export function readAnswers(form: Element): Answers | undefined {
  // XEP-0050 §3.5.1: a cancelled form is as good as a submitted one; to cancel is an action of the command.
  if (form.attrs['type'] !== 'submit' && form.attrs['type'] !== 'cancel') return undefined;
  const answers = new Map<string, readonly string[]>();
  for (const field of children(form, 'field', NS.forms)) {
    const name = field.attrs['var'] ?? '';
    answers.set(name, [...(answers.get(name) ?? []), ...valuesOf(field)]);
  }
  return answers;
}

/** The form among an element's children. */
export function formIn(parent: Element): Element | undefined {
  return child(parent, 'x', NS.forms);
}

/** What to say to the first answer that does not keep to the form, if there is one. */
export function mistakeIn(answers: Answers, { fields }: DataForm): string | undefined {
  return fields.filter(isAsked).find((field) => !isAnswered(field, answers.get(field.name)))
    ?.ifWrong;
}

/** The form again, with what was answered where it can stand. */
export function filledIn(form: DataForm, answers: Answers): DataForm {
  const fields = form.fields.map((field) => (isAsked(field) ? withAnswer(field, answers) : field));
  return { ...form, fields };
}

/** The only value of a field, without the white space around it. */
export function textIn(answers: Answers, name: string): string | undefined {
  return answers.get(name)?.[0]?.trim();
}

/** The value of a field, if it is one of these. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  answers: Answers,
  name: string,
): Word | undefined {
  const text = textIn(answers, name);
  return words.find((word) => word === text);
}

export function flagIn(answers: Answers, name: string): boolean | undefined {
  return booleanOf(textIn(answers, name));
}

function fieldElements(field: Field): readonly Element[] {
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
  // Of the two ways to write it this is the one that all clients read.
  if (field.type === 'boolean') return [field.value ? '1' : '0'];
  return field.value === undefined ? [] : [field.value];
}

function valueElements(values: readonly string[]): readonly Element[] {
  return values.map((value) => element('value', {}, value));
}

function rowElement(cells: readonly string[], columns: readonly Column[]): Element {
  const fields = columns.map(({ name }, index) =>
    element('field', { var: name }, element('value', {}, cells[index] ?? '')),
  );
  return element('item', {}, ...fields);
}

function valuesOf(field: Element): readonly string[] {
  return children(field, 'value', NS.forms)
    .map((value) => value.getText())
    .filter((text) => text.trim() !== '');
}

function isAsked(field: Field): field is AskedField {
  return field.type !== 'fixed' && field.type !== 'hidden';
}

/** XEP-0004 §3.5: a field that is left out is as it was. */
function isAnswered(field: AskedField, values: readonly string[] = []): boolean {
  if (values.length === 0) return field.isRequired !== true;
  if (values.length > 1 && field.type !== 'list-multi') return false;
  return values.every((value) => canStand(value, field));
}

function canStand(value: string, field: AskedField): boolean {
  if (field.type === 'boolean') return booleanOf(value) !== undefined;
  return 'options' in field ? field.options.some((option) => option.value === value) : true;
}

function withAnswer(field: AskedField, answers: Answers): AskedField {
  const given = answers.get(field.name)?.filter((value) => canStand(value, field));
  if (given === undefined) return field;
  if ('options' in field)
    return { ...field, values: field.type === 'list-multi' ? given : given.slice(0, 1) };
  const [first] = given;
  if (first === undefined) return field;
  if (field.type === 'boolean') return { ...field, value: booleanOf(first) === true };
  return { ...field, value: first };
}

/** XEP-0004 §3.3, xs:boolean: both ways to write it. */
function booleanOf(text: string | undefined): boolean | undefined {
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : undefined;
}

/** XEP-0004 §3 and §3.3: titles, labels, instructions and fixed texts hold no line ends. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
}

function oneLine(text: string): string {
  return linesOf(text).join(' ');
}
