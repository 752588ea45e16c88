import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { login } from '../support/client.ts';
import { connectComponent, type RawComponent } from '../support/component.ts';
import { FeedComponent, outcomeOf } from '../support/feed-component.ts';
import { type Server, startServer } from '../support/server.ts';

const HOST = 'here.test';
const COMPONENT = 'receipts.test';
const GATEWAY = 'gateway.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const FEED = "xmlns='xmpp-receipts:feed:1'";
const HELLO = `<hello ${FEED} version='1' daemon='test'/>`;

let server: Server;
let gateway: RawComponent;

async function start(sharesStreams: boolean): Promise<void> {
  server = await startServer({
    hosts: [{ name: HOST }],
    components: [
      { domain: COMPONENT, secret: 'secret' },
      { domain: GATEWAY, secret: 'secret', lua: 'validate_from_addresses = false' },
    ],
    receipts: { receipts_component: COMPONENT },
    ejabberd: { sharesStreams },
  });
  gateway = await connect(GATEWAY);
}

function connect(domain: string): Promise<RawComponent> {
  return connectComponent({ domain, secret: 'secret', port: server.ports.component });
}

afterEach(async () => {
  await gateway?.close();
  await server?.dispose();
});

/** The gateway answers a request of the module as if it were the component. */
function forgeAnswer({ attrs }: Element, child: string): void {
  gateway.send(answerTo(attrs['id'] ?? '', child));
}

function answerTo(id: string, child: string): string {
  return `<iq type='result' id='${id}' from='${COMPONENT}' to='${HOST}'>${child}</iq>`;
}

/** What the gateway sent before has been read: a server reads a stream in order. */
async function untilGatewayIsRead(): Promise<void> {
  gateway.send(`<iq type='get' id='own' from='${GATEWAY}' to='${HOST}'>${HELLO}</iq>`);
  await gateway.waitFor(({ attrs }) => attrs['id'] === 'own');
}

const asks = (name: string) => (stanza: Element) =>
  stanza.attrs['type'] !== 'result' && stanza.getChild(name, 'xmpp-receipts:feed:1') !== undefined;

describe('another component that sends in the name of ours, and knows the id of what the module asked', () => {
  let component: RawComponent;

  beforeEach(async () => {
    await start(false);
    component = await connect(COMPONENT);
  });

  afterEach(() => component?.close());

  test('its answer to a hello begins no feed', async () => {
    forgeAnswer(await component.waitFor(asks('hello')), HELLO);
    await untilGatewayIsRead();
    expect(await server.log()).not.toContain('Reporting facts');
  });

  test('its answer to facts lets the module forget none of them', async () => {
    const { attrs } = await component.waitFor(asks('hello'));
    component.send(answerTo(attrs['id'] ?? '', HELLO));
    for (const jid of [ALICE, BOB]) await server.register(jid);
    const alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    alice.ask(BOB, 'm1');
    forgeAnswer(await component.waitFor(asks('facts')), `<facts ${FEED} taken='1' bad='0'/>`);
    await untilGatewayIsRead();
    await component.close();
    const { component: port } = server.ports;
    const next = await FeedComponent.connect({ domain: COMPONENT, port });
    await next.waitForFact({ from: ALICE, to: BOB, id: 'm1' }, 'accepted');
    await next.close();
  });
});

describe('another component whose stream has the routes of ours too', () => {
  beforeEach(() => start(true));

  const SETTINGS = "part='1' last='yes' disclosure='subscribers' default='refuse' locked='yes'";

  test.each([
    ['policies', `<policies ${FEED} ${SETTINGS} version='forged:1'/>`],
    ['may-remind', `<may-remind ${FEED}>${ALICE}\t${BOB}</may-remind>`],
  ])('its order in the name of ours is refused: %s', async (_, order) => {
    gateway.send(`<iq type='set' id='o1' from='${COMPONENT}' to='${HOST}'>${order}</iq>`);
    const answer = await gateway.waitFor(({ attrs }) => attrs['id'] === 'o1');
    expect(outcomeOf(answer)).toBe('forbidden');
  });
});
