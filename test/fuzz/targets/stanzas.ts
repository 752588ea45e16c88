import fc from 'fast-check';
import { isRequest } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { type Element, element } from '../../../src/protocol/xml.ts';
import { anyElement } from '../../support/any-element.ts';
import { COMPONENT } from '../../support/settings.ts';
import { parseOne } from '../../support/xml.ts';
import { DaemonUnderFire } from '../daemon-under-fire.ts';
import { insist, type Subject, type Target } from '../target.ts';
import { anybody, BOT, inXml, ourAddress } from './addresses.ts';

/** A command can have an answer in several parts, and a presence two answers. */
const MOST_ANSWERS = 40;
const ATTACK = `'"; DROP TABLE messages; --<&\u202e`;
const FACT =
  'message\tforged\tu1@example.org\tu2@example.org\taccepted 1795338025465001\tdisplayed 1795338025465002';

const payload = anyElement({
  names: [
    'body',
    'request',
    'received',
    'displayed',
    'query',
    'ping',
    'command',
    'x',
    'field',
    'value',
    'hello',
    'facts',
    'policies',
    'deliver',
    'error',
    'fallback',
    'replace',
    'encrypted',
    'thread',
    'forwarded',
    'message',
    'receipt',
    'report',
  ],
  namespaces: Object.values(NS).filter((it) => typeof it === 'string'),
  attributes: [
    'id',
    'from',
    'to',
    'type',
    'node',
    'action',
    'sessionid',
    'var',
    'recipient',
    'secret',
    'version',
    'waiting',
    'gap',
    'start',
    'end',
    'for',
    'xml:lang',
    '__proto__',
  ],
  values: [
    'help',
    'policy manual',
    'policy refuse eve@example.net',
    'yes all',
    'no 1',
    'status',
    'statistics',
    'text on',
    'language zh',
    'submit',
    'policy',
    'questions',
    'receipts',
    'complete',
    'm1',
    'bob@example.org',
    '0',
    '5',
    FACT,
    "'; DROP TABLE messages; --",
    '</xml>',
    '\n{"level":60}',
  ],
});

const stanza = fc
  .record({
    name: fc.constantFrom('message', 'message', 'iq', 'iq', 'iq', 'presence', 'x'),
    type: fc.constantFrom(
      'get',
      'set',
      'get',
      'set',
      'result',
      'error',
      'chat',
      'normal',
      'groupchat',
      'headline',
      'subscribe',
      'unsubscribe',
      'probe',
      'unavailable',
      'subscribed',
      undefined,
      'x',
    ),
    id: fc.oneof(
      fc.constantFrom('m1', 'm2', undefined, ''),
      fc.string({ unit: 'binary', maxLength: 6 }).map(inXml),
    ),
    from: anybody,
    to: ourAddress,
    lang: fc.constantFrom(undefined, 'en', 'zh-CN', 'x-', '-'),
    children: fc.array(payload, { maxLength: 3 }),
  })
  .map(({ name, children, lang, ...attrs }) =>
    element(name, { ...attrs, 'xml:lang': lang }, ...children),
  );

const word = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'm1',
      'help',
      'policy',
      'policy manual',
      'questions',
      'yes all',
      'status',
      'statistics',
      'text on',
      'receipts',
      'bob@example.org',
      'u1@example.org/x',
      '',
      ATTACK,
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(inXml) },
);
const attributes = (...names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.option(word, { nil: undefined })])));

/** Kinds of stanzas that we understand, whatever they name. */
const understood = fc.oneof(
  attributes('id', 'recipient').map((attrs) =>
    asking('get', 'query', { xmlns: NS.receipts, ...attrs }),
  ),
  attributes('node').map((attrs) => asking('get', 'query', { xmlns: NS.discoInfo, ...attrs })),
  attributes('node').map((attrs) => asking('get', 'query', { xmlns: NS.discoItems, ...attrs })),
  attributes('node', 'sessionid').map((attrs) =>
    asking('set', 'command', { xmlns: NS.commands, ...attrs }),
  ),
  attributes('secret', 'nodes', 'at').map((attrs) =>
    asking('get', 'hello', { xmlns: NS.feed, version: '1', ...attrs }),
  ),
  attributes('secret', 'gap').map((attrs) =>
    asking('set', 'facts', { xmlns: NS.feed, ...attrs }, FACT),
  ),
  fc.constant(asking('get', 'ping', { xmlns: NS.ping })),
  fc.tuple(word, fc.array(payload, { maxLength: 1 })).map(([text, others]) => ({
    name: 'message',
    type: 'chat',
    children: [
      element('body', {}, text),
      element('request', { xmlns: NS.clientReceipts }),
      ...others,
    ],
  })),
  fc
    .constantFrom('subscribe', 'unsubscribe', 'probe')
    .map((type) => ({ name: 'presence', type, children: [] })),
);

interface Understood {
  readonly name: string;
  readonly type: string;
  readonly children: readonly Element[];
}

function asking(
  type: string,
  name: string,
  attrs: Record<string, string | undefined>,
  ...texts: readonly string[]
): Understood {
  return { name: 'iq', type, children: [element(name, attrs, ...texts)] };
}

const proper = fc
  .tuple(understood, anybody, fc.constantFrom(COMPONENT, BOT), fc.constantFrom('m1', 'm2', ATTACK))
  .map(([{ name, type, children }, from, to, id]) =>
    element(name, { type, id, from, to }, ...children),
  );

export const stanzas: Target<Element> = {
  name: 'stanzas',
  about: 'stanzas of users, strangers, servers and components without the secret',
  inputs: fc.oneof(stanza, proper),
  read: parseOne,
  open: openStanzas,
};

export async function openStanzas(): Promise<Subject<Element>> {
  const fire = await DaemonUnderFire.open();
  return {
    isAsync: true,
    check: async (it) => checkAnswers(it, await fire.take(it)),
    close: async () => {
      const counts = fire.daemon.counters.all();
      insist(counts['items'] === undefined, 'a fact that nobody may write was taken');
      insist(counts['messages failed'] === undefined, 'a message failed');
      await fire.close();
    },
  };
}

/** RFC 6120 §8.2.3: one answer for a request, none for anything else. */
function checkAnswers(it: Element, sent: readonly Element[]): void {
  const answers = sent.filter(
    ({ name, attrs }) => name === 'iq' && (attrs['type'] === 'result' || attrs['type'] === 'error'),
  );
  insist(answers.length === (isRequest(it) ? 1 : 0), `${answers.length} answers`);
  insist(sent.length <= MOST_ANSWERS, `${sent.length} stanzas for one`);
  for (const { attrs } of answers) {
    insist((attrs['id'] ?? '') === (it.attrs['id'] ?? ''), 'another id');
    insist((attrs['to'] ?? '') === (it.attrs['from'] ?? ''), 'to somebody else');
  }
}
