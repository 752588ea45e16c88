import fc from 'fast-check';
import { NS } from '../../../src/protocol/namespaces.ts';
import { type Element, element } from '../../../src/protocol/xml.ts';
import { NODES } from '../../../src/user/adhoc/commands.ts';
import { parseOne } from '../../support/xml.ts';
import type { Target } from '../target.ts';
import { BOT, inXml, ourUser } from './addresses.ts';
import { openStanzas } from './stanzas.ts';

const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'manual',
      'refuse',
      'default',
      'yes',
      'no',
      'all',
      '1',
      '1-5',
      'true',
      '0',
      'stored',
      'zh',
      'eve@example.net',
      'last',
      'displayed',
      'PT1H',
      'off',
      '45 minutes',
      'remind',
      'drop',
      '@example.net',
      '__proto__',
      '',
      ' ',
      '\n',
      '</x>',
      "'; --",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(inXml) },
);
const field = fc
  .tuple(
    fc.constantFrom(
      'policy',
      'tell-declined',
      'contact',
      'question',
      'answer',
      'shown',
      'recipient',
      'id',
      'statuses',
      'text',
      'language',
      'message',
      'goal',
      'length',
      'time',
      '__proto__',
      undefined,
    ),
    fc.constantFrom('hidden', 'list-multi', 'fixed', undefined),
    fc.array(text, { maxLength: 3 }),
  )
  .map(([name, type, values]) =>
    element('field', { var: name, type }, ...values.map((value) => element('value', {}, value))),
  );
const form = fc
  .tuple(
    fc.constantFrom('submit', 'submit', 'cancel', 'form', undefined),
    fc.array(field, { maxLength: 6 }),
    fc.constantFrom(NS.forms, NS.forms, 'urn:x'),
  )
  .map(([type, fields, xmlns]) => element('x', { xmlns, type }, ...fields));

const command = fc
  .record({
    node: fc.oneof(fc.constantFrom(...NODES), fc.constantFrom('', '__proto__', undefined)),
    action: fc.constantFrom('execute', 'complete', 'next', 'prev', 'cancel', undefined, 'x'),
    sessionid: fc.constantFrom(undefined, '', 's1'),
    forms: fc.array(form, { maxLength: 2 }),
    from: ourUser,
    lang: fc.constantFrom(undefined, 'en', 'zh'),
  })
  .map(({ forms, from, lang, ...attrs }) =>
    element(
      'iq',
      { type: 'set', id: 'c1', from, to: BOT, 'xml:lang': lang },
      element('command', { xmlns: NS.commands, ...attrs }, ...forms),
    ),
  );

export const forms: Target<Element> = {
  name: 'forms',
  about: 'forms that users fill in, as clients send them and as they should not',
  inputs: command,
  read: parseOne,
  open: openStanzas,
};
