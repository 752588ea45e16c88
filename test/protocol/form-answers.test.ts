import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DataForm, formElement } from '../../src/protocol/form.ts';
import {
  type Answers,
  filledIn,
  flagIn,
  formIn,
  mistakeIn,
  readAnswers,
  textIn,
} from '../../src/protocol/form-answers.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import { anyElement } from '../support/any-element.ts';
import { parseOne as parse } from '../support/xml.ts';
import { FORM } from './example-form.ts';

describe('the answers', () => {
  test.each([
    [
      'a value that was submitted is valid',
      `<field var='name'><value>bob</value></field>`,
      undefined,
    ],
    ['an empty value is no answer', `<field var='name'><value/></field>`, 'name?'],
    ['white space is no answer', `<field var='name'><value>  </value></field>`, 'name?'],
    ['a field that is missing is no answer', '', 'name?'],
    [
      'a field for one value takes no two',
      `<field var='name'><value>a</value><value>b</value></field>`,
      'name?',
    ],
    [
      'a field for one value takes no two fields of its name',
      `<field var='name'><value>a</value></field><field var='name'><value>b</value></field>`,
      'name?',
    ],
    [
      'a value must be among the options',
      `<field var='name'><value>a</value></field><field var='days'><value>sun</value></field>`,
      'days?',
    ],
    [
      'a list of several may be empty',
      `<field var='name'><value>a</value></field><field var='days'/>`,
      undefined,
    ],
    [
      'fields that nobody asked for are ignored',
      `<field var='name'><value>a</value></field><field var='x'><value>y</value></field><field/>`,
      undefined,
    ],
  ])('%s', (_, fields, mistake) => {
    expect(mistakeIn(answersOf(fields), FORM)).toBe(mistake);
  });

  test.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['TRUE', undefined],
  ])('the value %s of a yes-or-no field is read as %s', (text, expected) => {
    const answers = answersOf(`<field var='sure'><value>${text}</value></field>`);
    expect(flagIn(answers, 'sure')).toBe(expected);
  });

  test('are filled into the form where they are valid', () => {
    const answers = answersOf(`
      <field var='name'><value>bob</value></field>
      <field var='sure'><value>false</value></field>
      <field var='days'><value>sun</value><value>tue</value></field>`);
    expect(filledIn(FORM, answers).fields).toMatchObject([
      { type: 'fixed' },
      { name: 'name', value: 'bob' },
      { name: 'sure', value: false },
      { name: 'days', values: ['tue'] },
      { name: 'seen', value: 'a b' },
    ]);
  });

  test('are read from submitted forms only', () => {
    for (const type of ['form', 'result', 'error'])
      expect(readAnswers(parse(`<x xmlns='jabber:x:data' type='${type}'/>`))).toBeUndefined();
  });

  test('are read from cancelled forms as well: XEP-0050 §3.5.1', () => {
    const form = parse(
      `<x xmlns='jabber:x:data' type='cancel'><field var='name'><value> b </value></field></x>`,
    );
    expect(textIn(readAnswers(form) ?? new Map(), 'name')).toBe('b');
  });
});

describe('whatever a client sends as a form', () => {
  const anyForm = anyElement({
    names: ['x', 'field', 'value'],
    namespaces: [NS.forms],
    attributes: ['type', 'var'],
    values: ['submit', 'cancel', 'form', 'name', 'sure', 'days', 'mon', 'tue', '1', 'true', ' '],
  });

  test('is read without an exception, and without empty values', () => {
    fc.assert(
      fc.property(anyForm, (sent) => {
        const form = formIn(element('command', {}, sent));
        const answers = (form && readAnswers(form)) ?? new Map();
        for (const value of [...answers.values()].flat()) expect(value).toMatch(/\S/);
      }),
    );
  });

  test('fills in only values that are valid, so that the filled form comes back as it is', () => {
    fc.assert(
      fc.property(anyAnswers(), (answers) => {
        const filled = filledIn(FORM, answers);
        expect(filledIn(filled, submitted(filled))).toEqual(filled);
        const mistake = mistakeIn(submitted(filled), FORM);
        expect([undefined, 'name?']).toContain(mistake);
      }),
    );
  });
});

function answersOf(fields: string) {
  const answers = readAnswers(parse(`<x xmlns='jabber:x:data' type='submit'>${fields}</x>`));
  if (answers === undefined) throw new Error('not read');
  return answers;
}

/** What comes back from a client whose user changes nothing. */
function submitted(form: DataForm): Answers {
  const sent = formElement(form);
  sent.attrs['type'] = 'submit';
  return readAnswers(sent) ?? new Map();
}

function anyAnswers(): fc.Arbitrary<Answers> {
  const value = fc.constantFrom('mon', 'tue', 'sun', '1', '0', 'true', 'false', 'TRUE', 'bob');
  const name = fc.constantFrom('name', 'sure', 'days', 'seen', 'other');
  return fc.array(fc.tuple(name, fc.array(value, { maxLength: 3 }))).map((all) => new Map(all));
}
