import { afterEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import { type Server, startServer } from '../support/server.ts';

const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;

describe('the option of the module that names the component', () => {
  let server: Server;
  let component: FeedComponent;
  let clients: readonly Client[] = [];

  afterEach(async () => {
    await Promise.all([component, ...clients].map((it) => it?.close()));
    await server?.dispose();
  });

  async function start(domain: string, named: string): Promise<void> {
    server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain, secret: 'secret' }],
      receipts: { receipts_component: named },
    });
    component = await FeedComponent.connect({ domain, port: server.ports.component });
  }

  async function enter(jid: string): Promise<Client> {
    await server.register(jid);
    const client = await login({ jid, port: server.ports.c2s });
    clients = [...clients, client];
    return client;
  }

  test.each([
    ['receipts.test', 'Receipts.TEST'],
    ['receipts.test', 'ｒeceipts.test'],
    ['receipts.test', 'receipts.test.'],
    ['receipts.bücher.test', 'receipts.BÜCHER.test'],
    ['receipts.bücher.test', 'receipts.bu\u0308cher.test'],
    ['receipts.bücher.test', 'receipts.xn--bcher-kva.test'],
    ['receipts.bücher.test', 'Receipts.XN--BCHER-KVA.test'],
    ['receipts.xn--bcher-kva.test', 'receipts.bücher.test'],
    ['receipts.xn--bcher-kva.test', 'Receipts.XN--bcher-kva.test'],
  ])('the component %s gets facts and may order where the option is %s', async (domain, named) => {
    await start(domain, named);
    const alice = await enter(`${ALICE}/pc`);
    await enter(`${BOB}/phone`);
    alice.ask(BOB, 'm1');
    await component.waitForFact({ from: ALICE, to: BOB, id: 'm1' }, 'acked');
    const whole = { part: 1, last: 'yes', version: 'v:1' } as const;
    expect(outcomeOf(await component.setPolicies(HOST, whole))).toBe('result');
  });
});
