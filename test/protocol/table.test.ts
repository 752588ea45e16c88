import { expect, test } from 'vitest';
import { tableElement } from '../../src/protocol/table.ts';
import { parseOne as parse, treeOf } from '../support/xml.ts';

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

function tree(text: string) {
  return treeOf(parse(text));
}
