import type { Link } from '../link/link.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';

/**
 * Resolves when the server has read all of these: XEP-0199 §3, a ping to ourselves has gone round behind them. No other domain
 * need be there for that.
 */
export async function sendUntilTaken(
  stanzas: readonly Element[],
  { link, component }: { link: Link; component: string },
): Promise<void> {
  const ping = element('ping', { xmlns: NS.ping });
  const request = element('iq', { type: 'get', to: component }, ping);
  await Promise.all([...stanzas.map((stanza) => link.send(stanza)), link.request(request)]);
}
