import type { Element } from '../../../src/protocol/xml.ts';
import type { Inbox, Wait } from '../inbox.ts';
import type { Wire } from './wire.ts';

export interface Account {
  readonly user: string;
  readonly domain: string;
  readonly resource: string | undefined;
  readonly password: string;
}

/** Takes a full or bare JID apart. */
export function accountOf(jid: string, password: string): Account {
  const slash = jid.indexOf('/');
  const bare = slash === -1 ? jid : jid.slice(0, slash);
  const at = bare.indexOf('@');
  const resource = slash === -1 ? undefined : jid.slice(slash + 1);
  return { user: bare.slice(0, at), domain: bare.slice(at + 1), resource, password };
}

/** Opens a stream and authenticates; the stream after that is open too. */
export async function authenticate(
  wire: Wire,
  nonzas: Inbox<Element>,
  account: Account,
): Promise<void> {
  wire.openStream(account.domain);
  await expectNonza(nonzas, 'stream:features');
  // RFC 4616 §2
  const secret = Buffer.from(`\0${account.user}\0${account.password}`).toString('base64');
  wire.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`);
  await expectNonza(nonzas, 'success');
  wire.openStream(account.domain);
  await expectNonza(nonzas, 'stream:features');
}

/** The next element of stream negotiation; whatever says no is an error. */
export async function expectNonza(
  nonzas: Inbox<Element>,
  name: string,
  wait: Wait = {},
): Promise<Element> {
  const answers = [name, 'failure', 'failed', 'stream:error'];
  const answer = await nonzas.waitFor((nonza) => answers.includes(nonza.name), wait);
  if (answer.name !== name) throw new Error(`expected <${name}/>, the server said ${answer}`);
  return answer;
}
