import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Element } from '../../../src/protocol/xml.ts';
import { readMessage } from '../../../src/user/bot/read-message.ts';
import { whyUnread } from '../../../src/user/bot/unread.ts';
import { parseXml } from '../../support/xml.ts';

const FALLBACK = 'urn:xmpp:fallback:0';
const BODY = '<body>yes</body>';

function messageWith(inner: string, type = 'chat'): Element {
  const xml = `<message type='${type}' from='bob@example.org/phone' to='receipts@receipts.example.org' id='a'>${inner}</message>`;
  const [message] = parseXml(xml);
  if (message === undefined) throw new Error(`no element: ${xml}`);
  return message;
}

const ENCRYPTED: readonly (readonly [string, string])[] = [
  [
    'OMEMO with a body',
    `<encrypted xmlns='eu.siacs.conversations.axolotl'><payload/></encrypted>${BODY}`,
  ],
  ['OMEMO without a body', "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>"],
  ['a name of encryption alone', `<encryption xmlns='urn:xmpp:eme:0' namespace='x:y'/>${BODY}`],
  ['OpenPGP for XMPP', "<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp>"],
  ['OpenPGP with a body', `<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp>${BODY}`],
  ['legacy OpenPGP', `<x xmlns='jabber:x:encrypted'>x</x>${BODY}`],
  ['an encrypted element of a namespace to come', `<encrypted xmlns='x:to:come'/>${BODY}`],
  ['OTR', '<body>?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIA</body>'],
  ['an OTR query with words', '<body> ?OTRv23?\nyes</body>'],
  [
    'a fallback for encryption',
    `${BODY}<fallback xmlns='${FALLBACK}' for='urn:xmpp:omemo:2'><body/></fallback>`,
  ],
];

const ABOUT_ANOTHER: readonly (readonly [string, string])[] = [
  [
    'a reaction',
    `<reactions xmlns='urn:xmpp:reactions:0' id='m'><reaction>👍</reaction></reactions>${BODY}`,
  ],
  ['a retraction', `<retract xmlns='urn:xmpp:message-retract:1' id='m'/>${BODY}`],
  [
    'a retraction as it was once',
    `<apply-to xmlns='urn:xmpp:fasten:0' id='m'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>${BODY}`,
  ],
  ['a fallback of all', `${BODY}<fallback xmlns='${FALLBACK}' for='x:y'/>`],
  [
    'a fallback of the whole body',
    `${BODY}<fallback xmlns='${FALLBACK}' for='x:y'><body/></fallback>`,
  ],
  ['a fallback that does not say for what', `${BODY}<fallback xmlns='${FALLBACK}'/>`],
];

describe('what the bot does not read', () => {
  test.each(ENCRYPTED)('%s is encrypted, and its body is not read', (_, inner) => {
    expect(whyUnread(messageWith(inner))).toBe('encrypted');
    expect(readMessage(messageWith(inner))).toBeUndefined();
  });

  test.each(ABOUT_ANOTHER)('%s is about another message, and its body is not read', (_, inner) => {
    expect(whyUnread(messageWith(inner))).toBe('about-another');
    expect(readMessage(messageWith(inner))).toBeUndefined();
  });

  test('a correction is about another message, but its writer deserves an answer', () => {
    const inner = `<replace xmlns='urn:xmpp:message-correct:0' id='m'/>${BODY}`;
    expect(whyUnread(messageWith(inner))).toBe('correction');
    expect(readMessage(messageWith(inner))).toBeUndefined();
  });

  test.each([
    ['keys alone', "<encrypted xmlns='urn:xmpp:omemo:2'><header/></encrypted>"],
    ['a hint without content', "<encryption xmlns='urn:xmpp:eme:0' namespace='x:y'/>"],
  ])('%s are no message to the bot', (_, inner) => {
    expect(whyUnread(messageWith(inner))).toBe('about-another');
  });

  test.each(['error', 'headline', 'groupchat'])('an encrypted %s is not answered', (type) => {
    expect(whyUnread(messageWith(ENCRYPTED[0]?.[1] ?? '', type))).toBeUndefined();
    expect(readMessage(messageWith(ENCRYPTED[0]?.[1] ?? '', type))).toBeUndefined();
  });

  test('words beside a fallback for a part of the body are read without that part', () => {
    const part = `<body>&gt; no?\nyes</body><fallback xmlns='${FALLBACK}' for='x:y'><body start='0' end='6'/></fallback>`;
    expect(whyUnread(messageWith(part))).toBeUndefined();
    expect(readMessage(messageWith(part))?.text).toBe('yes');
  });

  test('plain words are read, and words about encryption too', () => {
    for (const body of ['yes', 'what is ?OTR', 'encrypted']) {
      expect(whyUnread(messageWith(`<body>${body}</body>`))).toBeUndefined();
      expect(readMessage(messageWith(`<body>${body}</body>`))?.text).toBe(body);
    }
  });
});

test('of a body are read the letters that no fallback names, whatever ranges it names', () => {
  const range = fc.record({ start: fc.nat(9), end: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 5 }), (ranges) => {
      const bodies = ranges.map(({ start, end }) => `<body start='${start}' end='${end}'/>`);
      const fallback = `<fallback xmlns='${FALLBACK}' for='x:y'>${bodies.join('')}</fallback>`;
      const written = [...'01234567'].filter(
        (letter) =>
          !ranges.some(({ start, end }) => Number(letter) >= start && Number(letter) < end),
      );
      const read = readMessage(messageWith(`<body>01234567</body>${fallback}`));
      expect(read?.text ?? '').toBe(written.join(''));
    }),
  );
});
