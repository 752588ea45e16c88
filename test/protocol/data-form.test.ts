import { describe, expect, test } from 'vitest';
import {
  type DataForm,
  filledIn,
  flagIn,
  formElement,
  mistakeIn,
  readAnswers,
  tableElement,
  textIn,
} from '../../src/protocol/data-form.ts';
import { parseXml, treeOf } from '../support/xml.ts';

const FORM: DataForm = {
  title: 'Two\nlines',
  instructions: 'First.\n\nSecond.',
  fields: [
    { type: 'fixed', text: 'one\r\ntwo' },
    { type: 'text-single', name: 'name', label: 'Your\nname', isRequired: true, ifWrong: 'name?' },
    { type: 'boolean', name: 'sure', label: 'Sure', value: true, ifWrong: 'sure?' },
    {
      type: 'list-multi',
      name: 'days',
      label: 'Days',
      options: [
        { value: 'mon', label: 'Monday' },
        { value: 'tue', label: 'Tuesday' },
      ],
      values: ['mon'],
      ifWrong: 'days?',
    },
    { type: 'hidden', name: 'seen', value: 'a b' },
  ],
};

test('no title, label, instruction or fixed text has a line end: XEP-0004 §3 and §3.3', () => {
  expect(treeOf(formElement(FORM))).toEqual(
    tree(`
    <x xmlns='jabber:x:data' type='form'>
      <title>Two lines</title>
      <instructions>First.</instructions>
      <instructions>Second.</instructions>
      <field type='fixed'><value>one</value></field>
      <field type='fixed'><value>two</value></field>
      <field var='name' type='text-single' label='Your name'><required/></field>
      <field var='sure' type='boolean' label='Sure'><value>1</value></field>
      <field var='days' type='list-multi' label='Days'>
        <value>mon</value>
        <option label='Monday'><value>mon</value></option>
        <option label='Tuesday'><value>tue</value></option>
      </field>
      <field var='seen' type='hidden'><value>a b</value></field>
    </x>`),
  );
});

test('each row of a table has every reported field, empty or not: XEP-0004 §3.4', () => {
  const table = tableElement({
    title: 'Found',
    columns: [
      { name: 'who', label: 'Who', type: 'jid-single' },
      { name: 'why', label: 'Why', type: 'text-single' },
    ],
    rows: [['bob@example.org'], ['carol@example.org', 'gone']],
  });
  expect(treeOf(table)).toEqual(
    tree(`
    <x xmlns='jabber:x:data' type='result'>
      <title>Found</title>
      <reported>
        <field var='who' label='Who' type='jid-single'/>
        <field var='why' label='Why' type='text-single'/>
      </reported>
      <item>
        <field var='who'><value>bob@example.org</value></field>
        <field var='why'><value/></field>
      </item>
      <item>
        <field var='who'><value>carol@example.org</value></field>
        <field var='why'><value>gone</value></field>
      </item>
    </x>`),
  );
});

describe('answers', () => {
  test.each([
    ['what was submitted', `<field var='name'><value>bob</value></field>`, undefined],
    ['an empty value is none', `<field var='name'><value/></field>`, 'name?'],
    ['white space is none', `<field var='name'><value>  </value></field>`, 'name?'],
    ['no field', '', 'name?'],
    ['twice', `<field var='name'><value>a</value><value>b</value></field>`, 'name?'],
    [
      'in two fields',
      `<field var='name'><value>a</value></field><field var='name'><value>b</value></field>`,
      'name?',
    ],
    [
      'an option that there is not',
      `<field var='name'><value>a</value></field><field var='days'><value>sun</value></field>`,
      'days?',
    ],
    [
      'no option of several',
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
  ])('%s is %s', (text, expected) => {
    const answers = answersOf(`<field var='sure'><value>${text}</value></field>`);
    expect(flagIn(answers, 'sure')).toBe(expected);
  });

  test('are kept in the form where they can stand', () => {
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

  test('of a form that is not submitted are none', () => {
    for (const type of ['form', 'result', 'error'])
      expect(readAnswers(parse(`<x xmlns='jabber:x:data' type='${type}'/>`))).toBeUndefined();
  });

  test('of a cancelled form are as good as submitted: XEP-0050 §3.5.1', () => {
    const form = parse(
      `<x xmlns='jabber:x:data' type='cancel'><field var='name'><value> b </value></field></x>`,
    );
    expect(textIn(readAnswers(form) ?? new Map(), 'name')).toBe('b');
  });
});

function answersOf(fields: string) {
  const answers = readAnswers(parse(`<x xmlns='jabber:x:data' type='submit'>${fields}</x>`));
  if (answers === undefined) throw new Error('not read');
  return answers;
}

function parse(text: string) {
  const [element] = parseXml(text);
  if (element === undefined) throw new Error('nothing to read');
  return element;
}

function tree(text: string) {
  return treeOf(parse(text));
}
