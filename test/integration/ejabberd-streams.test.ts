import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { TcpWire } from '../support/client/tcp-wire.ts';
import { login, message } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent } from '../support/feed-component.ts';
import { Inbox } from '../support/inbox.ts';
import { freePorts } from '../support/server/ports.ts';
import { introduce } from '../support/server.ts';
import { differencesOf } from '../support/server-differences.ts';

const COMPONENT = 'receipts.test';
const [HERE, THERE] = ['here.test', 'there.test'];
const ALICE = `alice@${HERE}`;
const BOB = `bob@${HERE}`;
const CAROL = `carol@${THERE}`;

const SM = 'urn:xmpp:sm:3';
const SASL2 = 'urn:xmpp:sasl:2';

/** One more listener, which lets clients use SASL2 without encryption. */
const LISTEN = `[Port] = Args,
{_, _, Options} = lists:keyfind(ejabberd_c2s, 2, ejabberd_option:listen()),
ok = ejabberd_listener:add_listener({Port, {127, 0, 0, 1}, tcp}, ejabberd_c2s, Options#{allow_unencrypted_sasl2 => true})`;

const ALLOW_TWO_WAYS = `[Host] = Args,
case code:which(mod_s2s_bidi) of
  non_existing -> unknown;
  _ ->
    {ok, Hooks} = mod_s2s_bidi:start(Host, #{}),
    [ejabberd_hooks:add(Hook, Host, mod_s2s_bidi, Function, Place) || {hook, Hook, Function, Place} <- Hooks],
    offered
end`;

const COUNT_STREAMS_OUT = 'ejabberd_s2s:outgoing_s2s_number()';

describe('streams of newer ejabberd', () => {
  let here: Ejabberd;
  let there: Ejabberd;
  let component: FeedComponent;
  let sasl2Port = 0;

  beforeAll(async () => {
    here = await startEjabberd({
      hosts: [{ name: HERE }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
      streamManagement: { hibernationSeconds: 20 },
    });
    there = await startEjabberd({ hosts: [{ name: THERE }] });
    await introduce(here, there);
    await here.register(ALICE);
    await here.register(BOB);
    await there.register(CAROL);
    component = await FeedComponent.connect({ domain: COMPONENT, port: here.ports.component });
    [sasl2Port = 0] = await freePorts(1);
    await here.runErlang(LISTEN, sasl2Port);
  });

  afterAll(async () => {
    await component?.close();
    await here?.dispose();
    await there?.dispose();
  });

  const kinds = (to: string, id: string) =>
    component.factsOf({ from: ALICE, to, id }).map((fact) => fact.split(' ')[0]);

  /** Bob's connection, open as far as the offer of the server. */
  async function dial(): Promise<Dialled> {
    const arrived = new Inbox<Element>(String);
    const wire = await TcpWire.connect(sasl2Port, (element) => arrived.add(element));
    wire.openStream(HERE, { from: BOB });
    return {
      wire,
      arrived,
      offer: await arrived.waitFor(({ name }) => name === 'stream:features'),
    };
  }

  test('when a client resumes while it authenticates, the messages that it says it has are acked', async () => {
    const first = await dial();
    const isOffered = first.offer.getChild('authentication', SASL2) !== undefined;
    expect(isOffered ? 'offered' : 'unknown').toBe(differencesOf(here).inlineResumption);
    if (!isOffered) return first.wire.destroy();

    const bound = `<bind xmlns='urn:xmpp:bind:0'><enable xmlns='${SM}' resume='true'/></bind>`;
    const success = await authenticate(first, bound);
    const enabled = success.getChild('bound')?.getChild('enabled', SM);
    first.wire.write('<presence/>');
    await first.arrived.waitFor(({ name }) => name === 'presence');
    const alice = await login({ jid: `${ALICE}/pc`, port: here.ports.c2s });
    for (const id of ['has', 'has-not']) alice.ask(BOB, id);
    await first.arrived.waitFor(({ attrs }) => attrs['id'] === 'has-not');
    first.wire.destroy();
    await component.waitForFact({ from: ALICE, to: BOB, id: 'has' }, 'kept');

    const second = await dial();
    // The presence and one message.
    await authenticate(second, `<resume xmlns='${SM}' previd='${enabled?.attrs['id']}' h='2'/>`);
    await component.waitForFact({ from: ALICE, to: BOB, id: 'has' }, 'acked');
    await second.arrived.waitFor(({ attrs }) => attrs['id'] === 'has-not');
    expect(kinds(BOB, 'has-not')).not.toContain('acked');
    second.wire.write(`<a xmlns='${SM}' h='3'/>`);
    await component.waitForFact({ from: ALICE, to: BOB, id: 'has-not' }, 'acked');
    expect(kinds(BOB, 'has')).toEqual(['accepted', 'sent', 'kept', 'acked']);
    second.wire.destroy();
    await alice.close();
  });

  test('a message that goes out on a stream that another server opened is relayed', async () => {
    for (const [server, host] of [
      [here, HERE],
      [there, THERE],
    ] as const)
      expect(await server.runErlang(ALLOW_TWO_WAYS, host)).toBe(
        differencesOf(server).twoWayStreams,
      );
    const alice = await login({ jid: `${ALICE}/pc`, port: here.ports.c2s });
    const carol = await login({ jid: `${CAROL}/pc`, port: there.ports.c2s });
    carol.send(message({ to: ALICE, id: 'first' }));
    await alice.waitForMessage('first');
    alice.ask(CAROL, 'back');
    await carol.waitForMessage('back');
    await component.waitForFact({ from: ALICE, to: CAROL, id: 'back' }, 'relayed');
    expect(kinds(CAROL, 'back')).toEqual(['accepted', 'relayed']);
    const streamsOut = differencesOf(here).twoWayStreams === 'offered' ? 0 : 1;
    expect(await here.runErlang(COUNT_STREAMS_OUT)).toBe(streamsOut);
    await alice.close();
    await carol.close();
  });
});

interface Dialled {
  readonly wire: TcpWire;
  readonly arrived: Inbox<Element>;
  readonly offer: Element;
}

// XEP-0388 §2.2
async function authenticate({ wire, arrived }: Dialled, inline: string): Promise<Element> {
  const secret = Buffer.from('\0bob\0secret').toString('base64');
  const response = `<initial-response>${secret}</initial-response>`;
  wire.write(
    `<authenticate xmlns='${SASL2}' mechanism='PLAIN'>${response}${inline}</authenticate>`,
  );
  return arrived.waitFor((element) => element.is('success', SASL2));
}
