import { type Element, element } from '../../src/protocol/xml.ts';
import type { Client, LoginOptions } from './client.ts';
import type { Company } from './company.ts';
import type { ServerKind } from './server.ts';

// The ways in which a recipient hides from a contact.

export type Hiding = 'directed unavailable' | 'invisible' | 'unavailable for all';

/** Alice, who is not to see that bob is online. */
export interface Meeting {
  readonly company: Pick<Company, 'enter'>;
  readonly kind: ServerKind;
  readonly alice: Client;
  /** A bare JID. */
  readonly bob: string;
}

/** Bob's phone comes online, and alice is not to see it. */
export async function comeHidden(
  meeting: Meeting,
  hiding: Hiding,
  options: Partial<LoginOptions> = {},
): Promise<Client> {
  if (hiding === 'invisible') return comeInvisible(meeting, options);
  const client = await meeting.company.enter(`${meeting.bob}/phone`, options);
  if (hiding === 'directed unavailable') await directUnavailable(client, meeting.alice);
  else client.setUnavailable();
  await meeting.alice.waitUntil(isGone(client.jid));
  return client;
}

// RFC 6121 §4.6.2
export async function directUnavailable(client: Client, alice: Client): Promise<void> {
  client.send(element('presence', { to: alice.bareJid, type: 'unavailable' }));
  await alice.waitUntil(isGone(client.jid));
}

/** Bob's phone is connected, and its first presence will not reach alice. */
export async function connectHidden(
  { company, kind, alice, bob }: Meeting,
  options: Partial<LoginOptions> = {},
): Promise<Client> {
  const client = await company.enter(`${bob}/phone`, { ...options, priority: 'none' });
  for (const order of kind === 'prosody' ? [invisible()] : hidingList(alice)) {
    const answer = await client.request(order);
    if (answer.attrs['type'] !== 'result') throw new Error(`bob cannot hide: ${answer}`);
  }
  return client;
}

async function comeInvisible(meeting: Meeting, options: Partial<LoginOptions>): Promise<Client> {
  const client = await connectHidden(meeting, options);
  await client.setPresence();
  return client;
}

function isGone(jid: string): (received: readonly Element[]) => boolean {
  return (received) => {
    const last = received.findLast(
      ({ name, attrs }) => name === 'presence' && attrs['from'] === jid,
    );
    return last?.attrs['type'] === 'unavailable';
  };
}

// XEP-0186 §3
function invisible(): Element {
  return element('iq', { type: 'set' }, element('invisible', { xmlns: 'urn:xmpp:invisible:0' }));
}

// XEP-0126 §4: a list is made, and then it is the session's.
function hidingList(alice: Client): readonly Element[] {
  const deny = { type: 'jid', value: alice.bareJid, action: 'deny', order: 1 };
  const item = element('item', deny, element('presence-out', {}));
  return [
    privacy(element('list', { name: 'hidden' }, item)),
    privacy(element('active', { name: 'hidden' })),
  ];
}

function privacy(child: Element): Element {
  return element('iq', { type: 'set' }, element('query', { xmlns: 'jabber:iq:privacy' }, child));
}
