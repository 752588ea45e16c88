import { expect, test } from 'vitest';
import { type Availability, answersToPresence } from '../../../src/user/bot/presence.ts';
import { AVATAR } from '../../../src/user/card/avatar.ts';
import { parseXml, treeOf } from '../../support/xml.ts';

const PREMISES = { component: 'receipts.example.org', domains: ['example.org'] };
const BOT = 'receipts@receipts.example.org';
const ONLINE = `${BOT}/bot`;
const PHOTO = `<x xmlns='vcard-temp:x:update'><photo>${AVATAR.sha1}</photo></x>`;

/** XEP-0163: Gajim and Dino look for the picture there, and in no presence. */
function picture(to: string): string {
  return `<message type='headline' from='${BOT}' to='${to}'>
    <event xmlns='http://jabber.org/protocol/pubsub#event'>
      <items node='urn:xmpp:avatar:metadata'>
        <item id='${AVATAR.sha1}'>
          <metadata xmlns='urn:xmpp:avatar:metadata'>
            <info id='${AVATAR.sha1}' bytes='535' type='image/png' width='96' height='96'/>
          </metadata>
        </item>
      </items>
    </event>
  </message>`;
}

function answersTo(xml: string, availability: Availability = 'available') {
  return parseXml(xml)
    .flatMap((presence) => answersToPresence(presence, PREMISES, availability))
    .map((answer) => treeOf(answer));
}

test.each([
  [
    'a user who adds the bot is approved, and sees it online',
    `<presence type='subscribe' from='alice@example.org' to='${BOT}'/>`,
    `<presence type='subscribed' from='${BOT}' to='alice@example.org'/>
     <presence from='${ONLINE}' to='alice@example.org'>${PHOTO}</presence>
     ${picture('alice@example.org')}`,
  ],
  [
    'a user who adds the domain is approved, and sees it online',
    `<presence type='subscribe' from='alice@example.org' to='receipts.example.org'/>`,
    `<presence type='subscribed' from='receipts.example.org' to='alice@example.org'/>
     <presence from='receipts.example.org/bot' to='alice@example.org'>${PHOTO}</presence>`,
  ],
  [
    'a probe is answered to whoever asks',
    `<presence type='probe' from='alice@example.org/pc' to='${BOT}'/>`,
    `<presence from='${ONLINE}' to='alice@example.org/pc'>${PHOTO}</presence>
     ${picture('alice@example.org/pc')}`,
  ],
  [
    'a user who removes the bot sees it no more',
    `<presence type='unsubscribe' from='alice@example.org' to='${BOT}'/>`,
    `<presence type='unavailable' from='${ONLINE}' to='alice@example.org'/>
     <presence type='unsubscribed' from='${BOT}' to='alice@example.org'/>`,
  ],
  ['presence of a user is not answered', `<presence from='alice@example.org/pc' to='${BOT}'/>`, ''],
  [
    'a user who goes offline is not answered',
    `<presence type='unavailable' from='alice@example.org/pc' to='${BOT}'/>`,
    '',
  ],
  [
    'an error is not answered',
    `<presence type='error' from='alice@example.org/pc' to='${BOT}'/>`,
    '',
  ],
  [
    'a user of another domain is not answered',
    `<presence type='subscribe' from='alice@example.net' to='${BOT}'/>`,
    '',
  ],
  [
    'a probe of an address that does not exist is not answered',
    `<presence type='probe' from='alice@example.org' to='other@receipts.example.org'/>`,
    '',
  ],
  ['a presence without a sender is not answered', `<presence type='subscribe' to='${BOT}'/>`, ''],
])('%s', (_, presence, answers) => {
  expect(answersTo(presence)).toEqual(parseXml(answers).map((answer) => treeOf(answer)));
});

test.each([
  [
    'a user who adds the bot while the bot goes is approved, and sees it offline',
    `<presence type='subscribe' from='alice@example.org' to='${BOT}'/>`,
    `<presence type='subscribed' from='${BOT}' to='alice@example.org'/>
     <presence type='unavailable' from='${ONLINE}' to='alice@example.org'/>`,
  ],
  [
    'a probe while the bot goes is answered by unavailable',
    `<presence type='probe' from='alice@example.org/pc' to='${BOT}'/>`,
    `<presence type='unavailable' from='${ONLINE}' to='alice@example.org/pc'/>`,
  ],
])('%s', (_, presence, answers) => {
  const expected = parseXml(answers).map((answer) => treeOf(answer));
  expect(answersTo(presence, 'unavailable')).toEqual(expected);
});
