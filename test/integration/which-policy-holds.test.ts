import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { ALICE, BOB, DORA, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

let stage: ModuleStage;

beforeAll(async () => {
  stage = await startModuleStage();
});

afterAll(() => stage?.dispose());

describe('the policy of a message', () => {
  let alice: Client;
  let bob: Client;
  let dora: Client;

  beforeAll(async () => {
    alice = await stage.login(`${ALICE}/pc`);
    bob = await stage.login(`${BOB}/phone`);
    dora = await stage.login(`${DORA}/pc`);
  });

  afterAll(async () => {
    await Promise.all([alice, bob, dora].map((client) => client?.close()));
  });

  /** What a contact's message to bob is accepted under, and whether bob's answer to it gets through. */
  async function policyFor(contact: Client): Promise<string> {
    const id = stage.newId();
    contact.ask(BOB, id);
    const sent = { from: contact.bareJid, to: BOB, id };
    const accepted = (await stage.component.waitForFact(sent, 'acked')).join(' ');
    const answer = stage.chat(contact.bareJid, `<received xmlns='urn:xmpp:receipts' id='${id}'/>`);
    const isStopped = (await stage.arrivesAt(contact, bob, answer)) === undefined;
    const policy = / policy=(\w+)/.exec(accepted)?.[1] ?? 'client';
    expect(isStopped).toBe(policy === 'manual' || policy === 'refuse');
    expect(/ token=[\w+/]{12}( |$)/.test(accepted)).toBe(
      policy === 'manual' || policy === 'automatic',
    );
    return policy;
  }

  test.each([
    ['client, where nothing is set', {}, [], 'client', 'client'],
    [
      'the default, where its recipient chose nothing',
      { default: 'manual' },
      [],
      'manual',
      'manual',
    ],
    [
      'what its recipient chose, before the default',
      { default: 'manual' },
      [`${BOB}\tclient`],
      'client',
      'client',
    ],
    [
      'the exception for the sender’s domain, before what its recipient chose',
      {},
      [`${BOB}\trefuse\tautomatic beside.test`],
      'refuse',
      'automatic',
    ],
    [
      'the exception for the sender, before that for the domain',
      {},
      [`${BOB}\trefuse\tautomatic beside.test\tmanual ${DORA}\tclient ${ALICE}`],
      'client',
      'manual',
    ],
    [
      'the default, where its recipient chose nothing but exceptions',
      { default: 'refuse' },
      [`${BOB}\tdefault\tclient beside.test`],
      'refuse',
      'client',
    ],
    [
      'the default alone, where it is locked',
      { default: 'automatic', locked: 'yes' },
      [`${BOB}\trefuse\tmanual ${ALICE}`],
      'automatic',
      'automatic',
    ],
    [
      'client, where the default is client and locked',
      { locked: 'yes' },
      [`${BOB}\trefuse\tmanual ${ALICE}`],
      'client',
      'client',
    ],
    ['no policy of another user', {}, [`${ALICE}\trefuse`], 'client', 'client'],
  ] as const)('a message is accepted under %s', async (_, attributes, lines, forAlice, forDora) => {
    await stage.setPolicies(attributes, ...lines);
    expect(await policyFor(alice)).toBe(forAlice);
    expect(await policyFor(dora)).toBe(forDora);
  });

  test('no policy is reported for a recipient of another host, or for a message to oneself', async () => {
    await stage.setPolicies({ default: 'automatic' });
    const [abroad, self] = [stage.newId(), stage.newId()];
    alice.ask(DORA, abroad);
    alice.ask(ALICE, self);
    const [accepted] = await stage.component.waitForFact(
      { from: ALICE, to: DORA, id: abroad },
      'acked',
    );
    expect(accepted).toBe('accepted type=chat may-see=no');
    const [own] = await stage.component.waitForFact(
      { from: ALICE, to: ALICE, id: self },
      'accepted',
    );
    expect(own).toBe('accepted type=chat may-see=yes');
  });

  test('the fact that a message was sent says so if the session is without XEP-0198', async () => {
    const [phone, old] = [stage.newId(), stage.newId()];
    alice.ask(BOB, phone);
    expect(
      await stage.component.waitForFact({ from: ALICE, to: BOB, id: phone }, 'acked'),
    ).toContain('sent resource=phone');
    const plain = await stage.login(`${DORA}/old`, { acks: 'off', priority: 5 });
    alice.ask(DORA, old);
    expect(await stage.component.waitForFact({ from: ALICE, to: DORA, id: old }, 'sent')).toContain(
      'sent resource=old sm=no',
    );
    await plain.close();
  });
});
