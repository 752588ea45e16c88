import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { connectComponent, type RawComponent } from '../support/component.ts';
import { COMPONENT, type Stage, startStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'here.test';
const GATEWAY = 'gateway.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const FEED = "xmlns='xmpp-receipts:feed:1'";
const NOT_BELIEVED = 'batches refused: not believed';
const ASKS = `<body>hello</body><request xmlns='urn:xmpp:receipts'/>`;
/** In a hundred years. */
const LATE = 4_900_000_000_000_000;

describe('a component that may write from any address', () => {
  let stage: Stage;
  let gateway: RawComponent;
  let alice: Client;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      server: {
        components: [
          { domain: COMPONENT, secret: 'component secret' },
          { domain: GATEWAY, secret: 'secret', lua: 'validate_from_addresses = false' },
        ],
        ejabberd: { trustsComponents: true },
      },
    });
    const port = stage.server.ports.component;
    gateway = await connectComponent({ domain: GATEWAY, secret: 'secret', port });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
  });

  afterAll(async () => {
    await gateway?.close();
    await stage?.dispose();
  });

  const refused = () => stage.counters[NOT_BELIEVED] ?? 0;

  const write = (type: string, from: string, to: string, child: string) =>
    gateway.send(`<iq type='${type}' id='forged' from='${from}' to='${to}'>${child}</iq>`);

  /** A message for Bob, who is absent, that the store knows. */
  async function storedMessage(id: string) {
    alice.send(`<message to='${BOB}' type='chat' id='${id}'>${ASKS}</message>`);
    const sent = { from: ALICE, to: BOB, id };
    await stage.expectStatus(sent, 'stored');
    return sent;
  }

  /** What it ordered before is done: requests of one stream are taken in order. */
  async function untilOrdersAreTaken(): Promise<void> {
    gateway.send(
      `<iq type='get' id='own' from='${GATEWAY}' to='${HOST}'><hello ${FEED} version='1'/></iq>`,
    );
    await gateway.waitFor((got: Element) => got.attrs['id'] === 'own');
  }

  test.each([
    ['failed', ''],
    ['displayed', " secret='guessed'"],
  ])('cannot write the fact %s in the name of the server%s', async (kind, secret) => {
    const before = refused();
    const sent = await storedMessage(`m-${kind}`);
    const line = `message\t${sent.id}\t${ALICE}\t${BOB}\t${kind} ${LATE}`;
    write('set', HOST, COMPONENT, `<facts ${FEED} waiting='0'${secret}>${line}</facts>`);
    await until(() => refused() > before, 'the forged facts to be refused');
    expect(await stage.kindsOf(sent)).not.toContain(kind);
  });

  test('cannot say hello in the name of the server, and the server is heard on', async () => {
    const hello = `<hello ${FEED} version='1' nodes='7' proves='failed' at='${LATE}' waiting='99'/>`;
    for (let n = 0; n < 20; n += 1) write('get', HOST, COMPONENT, hello);
    await storedMessage('m-after-hello');
    expect(stage.said.join()).not.toContain('7 nodes');
    expect(JSON.stringify(gateway.received)).not.toContain('secret');
  });

  test('cannot order policies in the name of the daemon', async () => {
    const settings = "part='1' last='yes' disclosure='subscribers' default='refuse' locked='yes'";
    write('set', COMPONENT, HOST, `<policies ${FEED} ${settings} version='forged:1'/>`);
    await untilOrdersAreTaken();
    const bob = await login({ jid: `${BOB}/pc`, port: stage.server.ports.c2s });
    bob.answer(alice.jid, 'm-not-stopped');
    await alice.waitUntil((got) => got.some((it) => String(it).includes('m-not-stopped')));
  });
});
