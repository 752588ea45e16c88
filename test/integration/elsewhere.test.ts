import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { connectComponent, type RawComponent } from '../support/component.ts';
import { introduce, type Server, startServer } from '../support/server.ts';
import { expectTold, type Stage, startStage, toldAbout, waitForReceipt } from '../support/stage.ts';

const ALICE = 'alice@here.test';
const BOB = 'bob@here.test';
const CAROL = 'carol@there.test';
const DORA = 'dora@beside.test';
const ERIN = 'erin@unwatched.test';

describe('other hosts and servers', () => {
  let stage: Stage;
  let there: Server;
  let alice: Client;
  let gateway: RawComponent;
  const port = () => stage.server.ports.c2s;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [
        { name: 'here.test' },
        { name: 'beside.test' },
        { name: 'unwatched.test', receipts: false },
      ],
      domains: ['here.test', 'beside.test'],
      server: {
        components: [
          { domain: 'receipts.test', secret: 'component secret' },
          { domain: 'gateway.test', secret: 'gateway' },
        ],
      },
    });
    there = await startServer({ hosts: [{ name: 'there.test' }] });
    await introduce(stage.server, there);
    for (const jid of [ALICE, BOB, DORA, ERIN]) await stage.server.register(jid);
    await there.register(CAROL);
    await stage.server.befriend(ALICE, DORA);
    await stage.server.befriend(ALICE, CAROL);
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    gateway = await connectComponent({
      domain: 'gateway.test',
      secret: 'gateway',
      port: stage.server.ports.component,
    });
  });

  afterAll(async () => {
    await Promise.all([stage?.dispose(), there?.dispose()]);
  });

  test('a message to another server is delivered when the client there answers', async () => {
    const carol = await login({ jid: `${CAROL}/phone`, port: there.ports.c2s, autoReceipt: true });
    for (const id of ['first', 'second']) {
      alice.ask(CAROL, id);
      await carol.waitForMessage(id);
      await stage.expectStatus({ from: ALICE, to: CAROL, id }, 'delivered by client');
    }
    await carol.close();
  });

  test('a message to another server where nobody answers stays relayed, and that is told once', async () => {
    const carol = await login({ jid: `${CAROL}/phone`, port: there.ports.c2s });
    alice.ask(CAROL, 'relayed');
    await waitForReceipt(alice, 'relayed', 'relayed');
    await expectTold(alice, 'relayed', ['relayed']);
    await carol.close();
  });

  test('a message to an account that does not exist on another server has failed', async () => {
    alice.ask('nobody@there.test', 'nobody');
    await stage.expectStatus({ from: ALICE, to: 'nobody@there.test', id: 'nobody' }, 'failed');
  });

  test('a message from another server has the right record, and its sender gets no receipt of ours', async () => {
    const carol = await login({ jid: `${CAROL}/phone`, port: there.ports.c2s });
    carol.ask(BOB, 'from-there');
    await stage.expectStatus({ from: CAROL, to: BOB, id: 'from-there' }, 'stored');
    const bob = await login({ jid: `${BOB}/phone`, port: port(), autoReceipt: true });
    await stage.expectStatus({ from: CAROL, to: BOB, id: 'from-there' }, 'delivered by client');
    await expectTold(carol, 'from-there', []);
    carol.ask('nobody@here.test', 'bounced');
    await stage.expectStatus({ from: CAROL, to: 'nobody@here.test', id: 'bounced' }, 'failed');
    await Promise.all([carol.close(), bob.close()]);
  });

  test('the facts of two hosts with the module make one record', async () => {
    alice.ask(DORA, 'next-door');
    await stage.expectStatus({ from: ALICE, to: DORA, id: 'next-door' }, 'stored');
    await waitForReceipt(alice, 'next-door', 'stored');
    const dora = await login({ jid: `${DORA}/phone`, port: port() });
    await stage.expectStatus({ from: ALICE, to: DORA, id: 'next-door' }, 'delivered by stream');
    dora.answer(`${ALICE}/pc`, 'next-door');
    await stage.expectStatus({ from: ALICE, to: DORA, id: 'next-door' }, 'delivered by client');
    await dora.close();
  });

  test('of a message to a host without the module we know that it was accepted, and the client’s answer', async () => {
    const erin = await login({ jid: `${ERIN}/phone`, port: port() });
    alice.ask(ERIN, 'unwatched');
    await stage.expectStatus({ from: ALICE, to: ERIN, id: 'unwatched' }, 'accepted');
    await erin.waitForMessage('unwatched');
    erin.answer(`${ALICE}/pc`, 'unwatched');
    await stage.expectStatus({ from: ALICE, to: ERIN, id: 'unwatched' }, 'delivered by client');
    erin.ask(ALICE, 'from-unwatched');
    await stage.expectStatus(
      { from: ERIN, to: ALICE, id: 'from-unwatched' },
      'delivered by stream',
    );
    await expectTold(erin, 'from-unwatched', []);
    await erin.close();
  });

  test('a message to a component is relayed to it, and one from a component is tracked', async () => {
    alice.ask('user@gateway.test', 'to-gateway');
    await waitForReceipt(alice, 'to-gateway', 'relayed');
    gateway.send(
      `<message from='user@gateway.test/x' to='${ALICE}' type='chat' id='from-gateway'><body>x</body>` +
        `<request xmlns='urn:xmpp:receipts'/></message>`,
    );
    await stage.expectStatus(
      { from: 'user@gateway.test', to: ALICE, id: 'from-gateway' },
      'delivered by stream',
    );
    if (toldAbout(alice, 'from-gateway').length > 0) throw new Error('told the recipient');
  });

  test('a message to a component that is away has failed', async () => {
    await gateway.close();
    // What comes in the moment before the server has noticed goes into the closed connection.
    await hasLeft('gateway.test');
    alice.ask('user@gateway.test', 'gateway-away');
    await stage.expectStatus(
      { from: ALICE, to: 'user@gateway.test', id: 'gateway-away' },
      'failed',
    );
  });

  /** Resolves when the server returns what is for that component. */
  async function hasLeft(domain: string): Promise<void> {
    for (let tries = 1; tries <= 20; tries++) {
      const id = `probe-${tries}`;
      alice.send(`<message to='user@${domain}' id='${id}' type='chat'><body>x</body></message>`);
      const isReturned = ({ attrs }: Element) => attrs['type'] === 'error' && attrs['id'] === id;
      const returned = alice.waitFor(isReturned, { ms: 500 });
      if (await returned.then(Boolean, () => false)) return;
    }
    throw new Error(`${domain} is still there`);
  }
});
