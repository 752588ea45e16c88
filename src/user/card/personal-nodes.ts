import { bareOf, botOf } from '../../message/jid.ts';
import { errorOf, resultOf, type StanzaError } from '../../protocol/iq.ts';
import { NS } from '../../protocol/namespaces.ts';
import { child, children, type Element, element } from '../../protocol/xml.ts';
import type { Language } from '../text/language.ts';
import { type AskerParts, languageOfAsker } from './asker.ts';
import { AVATAR } from './avatar.ts';

/** XEP-0163: one item, as if the bot had published it. */
interface Item {
  readonly id: string;
  readonly payload: (language: Language) => Element;
}

const ITEM_OF: Readonly<Record<string, Item>> = {
  [NS.avatar]: { id: AVATAR.sha1, payload: avatarMetadata },
  [NS.avatarData]: {
    id: AVATAR.sha1,
    payload: () => element('data', { xmlns: NS.avatarData }, AVATAR.base64),
  },
  [NS.vcard4Node]: { id: 'current', payload: vcard4 },
  [NS.nick]: {
    id: 'current',
    payload: ({ forms }) => element('nick', { xmlns: NS.nick }, forms.bot),
  },
};

export const PERSONAL_NODES = Object.keys(ITEM_OF);

/** XEP-0163 §6.1, XEP-0060 §10: what stands there can be read, and not be changed. */
export const PERSONAL_IDENTITY = { category: 'pubsub', type: 'pep' } as const;
export const PERSONAL_FEATURES = [NS.pubsub, `${NS.pubsub}#retrieve-items`];

const NOT_HERE: StanzaError = { type: 'cancel', condition: 'item-not-found' };
const ONLY_READ: StanzaError = { type: 'cancel', condition: 'feature-not-implemented' };

interface CardParts extends AskerParts {
  readonly component: string;
}

/** XEP-0060 §6.5: who the bot is, as clients read it of their contacts. */
export async function answerItems(
  request: Element,
  pubsub: Element,
  parts: CardParts,
): Promise<Element> {
  const asked = child(pubsub, 'items', NS.pubsub);
  const node = asked?.attrs['node'] ?? '';
  const item = Object.hasOwn(ITEM_OF, node) ? ITEM_OF[node] : undefined;
  if (asked === undefined) return errorOf(request, ONLY_READ);
  if (item === undefined || !isOfBot(request, parts) || !isNamed(item, asked))
    return errorOf(request, NOT_HERE);
  const language = await languageOfAsker(request, parts);
  const items = element('items', { node }, itemElement(item, language));
  return resultOf(request, element('pubsub', { xmlns: NS.pubsub }, items));
}

/** XEP-0163 §4.3.2: a contact's client is told of the picture when it comes. */
export function avatarEvent({ from, to }: { readonly from: string; readonly to: string }): Element {
  const info = element('item', { id: AVATAR.sha1 }, avatarMetadata());
  const items = element('items', { node: NS.avatar }, info);
  const event = element('event', { xmlns: NS.pubsubEvent }, items);
  return element('message', { type: 'headline', from, to }, event);
}

function isOfBot({ attrs }: Element, { component }: CardParts): boolean {
  return bareOf(attrs['to'] ?? '') === botOf(component);
}

/** Without ids all items are asked for. */
function isNamed({ id }: Item, asked: Element): boolean {
  const named = children(asked, 'item', NS.pubsub);
  return named.length === 0 || named.some(({ attrs }) => attrs['id'] === id);
}

function itemElement({ id, payload }: Item, language: Language): Element {
  return element('item', { id }, payload(language));
}

/** XEP-0084 §4.2.1 */
function avatarMetadata(): Element {
  const { sha1: id, bytes, type, width, height } = AVATAR;
  const info = element('info', { id, bytes, type, width, height });
  return element('metadata', { xmlns: NS.avatar }, info);
}

/** RFC 6351 */
function vcard4({ forms }: Language): Element {
  const property = (name: string, text: string) => element(name, {}, element('text', {}, text));
  return element(
    'vcard',
    { xmlns: NS.vcard4 },
    property('fn', forms.bot),
    property('kind', 'application'),
    property('note', forms.about),
  );
}
