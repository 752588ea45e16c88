import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import type { Client } from '../support/client.ts';
import {
  ALICE,
  BOB,
  CAROL,
  DORA,
  type ModuleStage,
  startModuleStage,
} from '../support/module-stage.ts';

const SERVICE = 'multicast.here.test';
const RECEIPT = "<received xmlns='urn:xmpp:receipts' id='m1'/>";
/** All may have Bob's answers but Alice. */
const FORBIDS_ALICE = `client\trefuse ${ALICE}`;

/** XEP-0033 §4: who is named, each as `type jid`. */
function addresses(...named: readonly string[]): string {
  const children = named.map((it) => {
    const [type, jid] = it.split(' ');
    return `<address type='${type}' jid='${jid}'/>`;
  });
  return `<addresses xmlns='http://jabber.org/protocol/address'>${children.join('')}</addresses>`;
}

describe('an answer that names several people', () => {
  let stage: ModuleStage;
  let alice: Client;
  let bob: Client;
  let dora: Client;

  beforeAll(async () => {
    stage = await startModuleStage({ multicast: SERVICE });
    alice = await stage.login(`${ALICE}/pc`);
    bob = await stage.login(`${BOB}/phone`);
    dora = await stage.login(`${DORA}/pc`);
  });

  afterAll(async () => {
    await Promise.all([alice, bob, dora].map((client) => client?.close()));
    await stage?.dispose();
  });

  /** What a contact gets of a message to that address, which is there before what is sent after it by the service. */
  async function arrivesAt(contact: Client, to: string, inner: string) {
    const since = contact.mark();
    const after = stage.newId();
    bob.send(stage.chat(to, inner));
    bob.send(stage.chat(SERVICE, `${addresses(`to ${contact.bareJid}`)}<body>${after}</body>`));
    await contact.waitUntil((got) => got.slice(since).some((it) => isSaying(it, after)));
    return contact.received.slice(since).find((it) => it.is('message') && !isSaying(it, after));
  }

  test('an answer that everybody named may have goes to each of them', async () => {
    await stage.setPolicies({}, `${BOB}\tclient\trefuse ${CAROL}`);
    const inner = addresses(`to ${ALICE}`, `cc ${DORA}`) + RECEIPT;
    // Alice is the last one, so that nothing of this comes to her in the next test.
    for (const contact of [dora, alice])
      expect((await arrivesAt(contact, SERVICE, inner))?.getChild('received')).toBeDefined();
  });

  test.each([
    ['the user’s own policy', 'refuse'],
    ['an exception for that contact', FORBIDS_ALICE],
    ['an exception for the domain', 'client\tmanual here.test'],
  ])('an answer to a named contact is stopped by %s', async (_, policy) => {
    await stage.setPolicies({}, `${BOB}\t${policy}`);
    expect(await arrivesAt(alice, SERVICE, addresses(`to ${ALICE}`) + RECEIPT)).toBeUndefined();
  });

  test.each([
    ['as cc', [`cc ${ALICE}`]],
    ['as bcc', [`bcc ${ALICE}`]],
    ['at a device', [`to ${ALICE}/pc`]],
    ['in other letters', ['to ALICE@Here.TEST']],
    ['after somebody who may have it', [`to ${DORA}`, `to ${ALICE}`]],
    ['before somebody who may have it', [`to ${ALICE}`, `to ${DORA}`]],
    ['after somebody whose address cannot be read', ['to @/', `to ${ALICE}`]],
  ])('an answer is stopped for all if one who may not have it is named %s', async (_, named) => {
    await stage.setPolicies({}, `${BOB}\t${FORBIDS_ALICE}`);
    const inner = addresses(...named) + RECEIPT;
    for (const contact of [alice, dora])
      expect(await arrivesAt(contact, SERVICE, inner)).toBeUndefined();
  });

  test('an answer is stopped if the second list of addresses names one who may not have it', async () => {
    await stage.setPolicies({}, `${BOB}\t${FORBIDS_ALICE}`);
    const inner = addresses(`to ${DORA}`) + addresses(`to ${ALICE}`) + RECEIPT;
    for (const contact of [alice, dora])
      expect(await arrivesAt(contact, SERVICE, inner)).toBeUndefined();
  });

  test('an answer to a contact who may have it is stopped if it names one who may not', async () => {
    await stage.setPolicies({}, `${BOB}\t${FORBIDS_ALICE}`);
    expect(await arrivesAt(dora, DORA, addresses(`cc ${ALICE}`) + RECEIPT)).toBeUndefined();
  });

  test('what is said beside such an answer goes on without it', async () => {
    await stage.setPolicies({}, `${BOB}\t${FORBIDS_ALICE}`);
    const inner = `${addresses(`to ${ALICE}`)}<body>Yes.</body>${RECEIPT}`;
    const got = await arrivesAt(alice, SERVICE, inner);
    expect(got?.getChild('body')?.getText()).toBe('Yes.');
    expect(String(got)).not.toContain('received');
  });
});

function isSaying(stanza: Element, words: string): boolean {
  return stanza.getChild('body')?.getText() === words;
}
