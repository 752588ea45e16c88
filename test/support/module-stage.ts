import { bareOf, domainOf } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, type LoginOptions, login } from './client.ts';
import { FeedComponent, outcomeOf, type PoliciesAttributes } from './feed-component.ts';
import type { ServerOptions } from './server/options.ts';
import { introduce, type Server, startServer } from './server.ts';

export const COMPONENT = 'receipts.test';
/** Another component, which may not order anything. */
export const GATEWAY = 'gateway.test';
export const HOST = 'here.test';
export const ALICE = `alice@${HOST}`;
export const BOB = `bob@${HOST}`;
/** On another host of the same server. */
export const DORA = 'dora@beside.test';
const ELSEWHERE = 'there.test';
/** On another server. */
export const CAROL = `carol@${ELSEWHERE}`;

/** Users of two hosts, and of another server that does not have the module. */
export async function startModuleStage(
  options: Pick<ServerOptions, 'multicast'> = {},
): Promise<ModuleStage> {
  const [server, elsewhere] = await Promise.all([
    startServer({
      hosts: [{ name: HOST, mam: true }, { name: 'beside.test' }],
      components: [COMPONENT, GATEWAY].map((domain) => ({ domain, secret: 'secret' })),
      receipts: { receipts_component: COMPONENT },
      ...options,
    }),
    startServer({ hosts: [{ name: ELSEWHERE }] }),
  ]);
  await introduce(server, elsewhere);
  for (const jid of [ALICE, BOB, DORA]) await server.register(jid);
  await elsewhere.register(CAROL);
  const stage = new ModuleStage(server, elsewhere);
  await stage.connect();
  return stage;
}

/** Real servers, one of them with mod_receipts, and the component's end in the hands of the test: no daemon is there. */
export class ModuleStage {
  readonly server: Server;
  readonly elsewhere: Server;
  #component: FeedComponent | undefined;
  #people: readonly Client[] = [];
  #lastVersion = 0;
  #lastId = 0;

  constructor(server: Server, elsewhere: Server) {
    this.server = server;
    this.elsewhere = elsewhere;
  }

  get component(): FeedComponent {
    if (this.#component === undefined) throw new Error('the component is not connected');
    return this.#component;
  }

  /** The component comes, or comes back. */
  async connect(): Promise<void> {
    this.#component = await this.#connectAs(COMPONENT);
  }

  /** The other component; the test closes it. */
  connectGateway(): Promise<FeedComponent> {
    return this.#connectAs(GATEWAY);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#people, this.#component].map((client) => client?.close()));
    await Promise.all([this.server.dispose(), this.elsewhere.dispose()]);
  }

  /** At the server that the user is at home on. */
  login(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
    const { ports } = domainOf(bareOf(jid)) === ELSEWHERE ? this.elsewhere : this.server;
    return login({ jid, port: ports.c2s, ...options });
  }

  /** A client of each of the four, until the stage is disposed of. */
  async loginAll() {
    const alice = await this.login(`${ALICE}/pc`);
    const bob = await this.login(`${BOB}/phone`);
    const dora = await this.login(`${DORA}/pc`);
    const carol = await this.login(`${CAROL}/pc`);
    this.#people = [alice, bob, dora, carol];
    return { alice, bob, dora, carol };
  }

  /** One that no message had. */
  newId(): string {
    return `m${++this.#lastId}`;
  }

  /** One that the policies never had. */
  newVersion(): string {
    return `v:${++this.#lastVersion}`;
  }

  /** Replaces all policies that the module holds, and returns the version that it has now. */
  async setPolicies(
    settings: Partial<PoliciesAttributes>,
    ...lines: readonly string[]
  ): Promise<string> {
    const whole = { part: 1, last: 'yes', version: this.newVersion(), ...settings } as const;
    const outcome = outcomeOf(await this.component.setPolicies(HOST, whole, ...lines));
    if (outcome !== 'result') throw new Error(`the policies were answered by ${outcome}`);
    return whole.version;
  }

  /** What the module says of itself. */
  async hello(): Promise<Readonly<Record<string, string | undefined>>> {
    return (await this.component.hello(HOST)).attrs;
  }

  chat(to: string, inner: string, id = this.newId()): string {
    return `<message to='${to}' type='chat' id='${id}'>${inner}</message>`;
  }

  /** What the contact gets of a stanza, or nothing if what is sent after it comes alone. */
  async arrivesAt(contact: Client, from: Client, stanza: string): Promise<Element | undefined> {
    const since = contact.mark();
    const after = this.newId();
    from.send(stanza);
    from.send(this.chat(contact.bareJid, '<body>after</body>', after));
    await contact.waitForMessage(after, { since });
    return contact.received
      .slice(since)
      .find((got) => got.is('message') && got.attrs['id'] !== after);
  }

  /** Does bob's policy keep his client's answer from alice? */
  async isStopped(): Promise<boolean> {
    const alice = await this.login(`${ALICE}/pc`);
    const bob = await this.login(`${BOB}/phone`);
    const answer = this.chat(ALICE, `<received xmlns='urn:xmpp:receipts' id='${this.newId()}'/>`);
    const got = await this.arrivesAt(alice, bob, answer);
    await Promise.all([alice.close(), bob.close()]);
    return got === undefined;
  }

  #connectAs(domain: string): Promise<FeedComponent> {
    return FeedComponent.connect({ domain, port: this.server.ports.component });
  }
}
