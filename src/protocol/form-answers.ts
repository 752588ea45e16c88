import { type AskedField, type DataForm, isAsked } from './form.ts';
import { NS } from './namespaces.ts';
import { child, children, type Element } from './xml.ts';

/**
 * The values of each field that came back. Empty values are left out: XEP-0004 §3.6 does not
 * distinguish them from absent ones.
 */
export type Answers = ReadonlyMap<string, readonly string[]>;

/** The answers in a submitted form; `undefined` if the form is of another type. */
export function readAnswers(form: Element): Answers | undefined {
  // XEP-0050 §3.5.1: a form of the type cancel counts as submitted, because the action of the
  // command tells whether the user cancels.
  if (form.attrs['type'] !== 'submit' && form.attrs['type'] !== 'cancel') return undefined;
  const answers = new Map<string, string[]>();
  for (const field of children(form, 'field', NS.forms)) {
    const name = field.attrs['var'] ?? '';
    const values = answers.get(name) ?? [];
    for (const value of valuesOf(field)) values.push(value);
    answers.set(name, values);
  }
  return answers;
}

export function formIn(parent: Element): Element | undefined {
  return child(parent, 'x', NS.forms);
}

/** What to tell the user about the first answer that is not valid, if there is one. */
export function mistakeIn(answers: Answers, { fields }: DataForm): string | undefined {
  return fields.filter(isAsked).find((field) => !hasValidAnswer(field, answers.get(field.name)))
    ?.ifWrong;
}

/** The form with every valid answer filled in. */
export function filledIn(form: DataForm, answers: Answers): DataForm {
  const fields = form.fields.map((field) => (isAsked(field) ? withAnswer(field, answers) : field));
  return { ...form, fields };
}

/** The first value of a field, without white space around it. */
export function textIn(answers: Answers, name: string): string | undefined {
  return answers.get(name)?.[0]?.trim();
}

/** The value of a field, if it is one of these words. */
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

function valuesOf(field: Element): readonly string[] {
  return children(field, 'value', NS.forms)
    .map((value) => value.getText())
    .filter((text) => text.trim() !== '');
}

/** XEP-0004 §3.5: a field that the client leaves out stays as it was. */
function hasValidAnswer(field: AskedField, values: readonly string[] = []): boolean {
  if (values.length === 0) return field.isRequired !== true;
  if (values.length > 1 && field.type !== 'list-multi') return false;
  return values.every((value) => isValid(value, field));
}

function isValid(value: string, field: AskedField): boolean {
  if (field.type === 'boolean') return booleanOf(value) !== undefined;
  return 'options' in field ? field.options.some((option) => option.value === value) : true;
}

function withAnswer(field: AskedField, answers: Answers): AskedField {
  const given = answers.get(field.name)?.filter((value) => isValid(value, field));
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
