import { expect, test } from 'vitest';
import { type Ending, explain } from '../../src/link/failure.ts';

const WHERE = { domain: 'receipts.example.org', address: 'xmpp.example:5347', wasOnline: false };

test.each(['ENOTFOUND', 'EAI_AGAIN'])(
  'if the name of the server is not found (%s), the log speaks of the name, not of the port',
  (code) => {
    expect(explain({ kind: 'socket-error', code }, WHERE)).toEqual({
      sentence: `cannot find the address of xmpp.example:5347 (${code}): is the name in "component.server" right, and does this machine resolve it? reconnecting automatically`,
      reason: 'unresolved',
      retry: 'soon',
    });
  },
);

test('a refused secret may also be a component that ejabberd does not know', () => {
  expect(explain(refused('not-authorized'), WHERE).sentence).toBe(
    'xmpp.example:5347 refused the secret of receipts.example.org (not-authorized): it must equal component_secret of that Component in Prosody, or its password in ejabberd. ejabberd says the same if no listener has receipts.example.org among its hosts; trying again slowly',
  );
});

test('a domain with two spellings may be known by the other one', () => {
  const where = { ...WHERE, domain: 'receipts.xn--bcher-kva.test' };
  for (const condition of ['not-authorized', 'host-unknown'])
    expect(explain(refused(condition), where).sentence).toContain(
      '. The server may know it as receipts.bücher.test; trying again slowly',
    );
});

function refused(condition: string): Ending {
  return { kind: 'stream-error', condition, text: '' };
}
