import { resultOf } from '../../protocol/iq.ts';
import { NS } from '../../protocol/namespaces.ts';
import { type Element, element } from '../../protocol/xml.ts';
import { VERSION } from '../../telemetry/version.ts';

/** XEP-0092 §2. */
export function answerVersion(request: Element): Element {
  const name = element('name', {}, 'xmpp-receipts');
  const version = element('version', {}, VERSION);
  return resultOf(request, element('query', { xmlns: NS.version }, name, version));
}
