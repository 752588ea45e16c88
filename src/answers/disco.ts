import { resultOf } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import { VERSION } from '../version.ts';

/** XEP-0030 §3.1: who we are and what we understand. */
export function answerInfo(request: Element, features: readonly string[]): Element {
  const identity = element('identity', {
    category: 'component',
    type: 'generic',
    name: 'Message receipts',
  });
  const supported = features.map((feature) => element('feature', { var: feature }));
  return resultOf(request, element('query', { xmlns: NS.discoInfo }, identity, ...supported));
}

/** XEP-0030 §4.1: nothing below us. */
export function answerItems(request: Element): Element {
  return resultOf(request, element('query', { xmlns: NS.discoItems }));
}

/** XEP-0092 §2. */
export function answerVersion(request: Element): Element {
  const name = element('name', {}, 'xmpp-receipts');
  return resultOf(
    request,
    element('query', { xmlns: NS.version }, name, element('version', {}, VERSION)),
  );
}
