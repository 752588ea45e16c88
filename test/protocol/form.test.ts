import { expect, test } from 'vitest';
import { formElement } from '../../src/protocol/form.ts';
import { parseOne as parse, treeOf } from '../support/xml.ts';
import { FORM } from './example-form.ts';

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

function tree(text: string) {
  return treeOf(parse(text));
}
