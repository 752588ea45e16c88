import { bareOf } from '../src/message/jid.ts';
import { NS } from '../src/protocol/namespaces.ts';
import type { Element } from '../src/protocol/xml.ts';
import { type Client, login } from '../test/support/client.ts';

/** Where Alice and Bob have their accounts, on this machine. */
interface Place {
  readonly domain: string;
  readonly port: number;
}

export const BODY = 'Are you coming tonight?';

/** The daemon may be starting still: the server keeps the facts for it. */
const PATIENCE_MS = 60_000;

/** Alice writes to Bob, who is away: resolves with who tells her what became of it, and in which words. */
export async function writeToBob({ domain, port }: Place): Promise<string> {
  const bob = await login({ jid: `bob@${domain}/phone`, port });
  const alice = await login({ jid: `alice@${domain}/laptop`, port });
  try {
    await befriend(alice, bob);
    await bob.close();
    // Until then his server may still write to the connection that he has closed.
    await alice.waitFor((it) => hasGone(it, bob));
    const since = alice.mark();
    alice.ask(bob.bareJid, `first-${Date.now()}`, { body: BODY });
    return wordsOf(await alice.waitFor(isInWords, { ms: PATIENCE_MS, since }));
  } finally {
    await alice.close();
  }
}

/** Who may not see somebody's presence is not told whether that somebody is away. */
async function befriend(alice: Client, bob: Client): Promise<void> {
  const subscription = (await alice.roster())[bob.bareJid];
  if (subscription === 'to' || subscription === 'both') return;
  alice.subscribeTo(bob.bareJid);
  await bob.waitFor((it) => isPresence(it, 'subscribe', alice));
  bob.approve(alice.bareJid);
  await alice.waitFor((it) => isPresence(it, 'subscribed', bob));
}

function isPresence({ name, attrs }: Element, type: string, { bareJid }: Client): boolean {
  return name === 'presence' && attrs['type'] === type && bareOf(attrs['from'] ?? '') === bareJid;
}

/** This client of his: before he came, Alice was told that he has none (RFC 6121 §4.3.2). */
function hasGone({ name, attrs }: Element, { jid }: Client): boolean {
  return name === 'presence' && attrs['type'] === 'unavailable' && attrs['from'] === jid;
}

// docs/protocol.md §3.1
function isInWords(stanza: Element): boolean {
  return stanza.getChild('fallback', NS.fallback)?.attrs['for'] === NS.receipts;
}

/** The line about the message: the bot's first message to somebody also says who it is. */
function wordsOf(stanza: Element): string {
  const line = stanza.getChildText('body')?.split('\n').at(-1);
  return `${stanza.attrs['from']}: ${line}`;
}
