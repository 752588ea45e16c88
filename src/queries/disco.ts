import { type Node, nodeNamed, nodesFor } from '../adhoc/commands.ts';
import type { LanguageCode } from '../commands/command.ts';
import { isOurs } from '../commands/perform.ts';
import { type BareJid, bareOf, botOf } from '../message/jid.ts';
import { errorOf, resultOf, type StanzaError } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Forms } from '../text/language.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';
import { VERSION } from '../version.ts';

export interface DiscoParts {
  readonly component: string;
  readonly domains: readonly string[];
  readonly admins: readonly string[];
  readonly defaultLanguage: LanguageCode;
  /** What is answered by both the domain and the bot. */
  readonly features: readonly string[];
  /** What the bot understands besides. */
  readonly botFeatures: readonly string[];
  readonly preferencesOf: (user: BareJid) => Promise<Preferences>;
}

/** The same, with the words for who asks. */
interface Parts extends DiscoParts {
  readonly forms: Forms;
}

/** XEP-0030 §3: who we are and what we understand. */
export async function answerDiscoInfo(
  request: Element,
  query: Element,
  disco: DiscoParts,
): Promise<Element> {
  const parts = await forAsker(request, disco);
  const entity = entityOf(request, parts);
  if (entity === undefined) return errorOf(request, UNKNOWN);
  const { node } = query.attrs;
  const info = node === undefined ? entity.info : infoOfNode(node, request, parts);
  return 'condition' in info ? errorOf(request, info) : infoResult(request, info, node);
}

/** XEP-0030 §4: the bot below the domain, and the commands of either. */
export async function answerDiscoItems(
  request: Element,
  query: Element,
  disco: DiscoParts,
): Promise<Element> {
  const parts = await forAsker(request, disco);
  const entity = entityOf(request, parts);
  if (entity === undefined) return errorOf(request, UNKNOWN);
  const { node } = query.attrs;
  const items = node === undefined ? entity.items : itemsOfNode(node, request, parts);
  if ('condition' in items) return errorOf(request, items);
  const elements = items.map((item) => element('item', item));
  return resultOf(request, element('query', { xmlns: NS.discoItems, node }, ...elements));
}

/** XEP-0092 §2. */
export function answerVersion(request: Element): Element {
  const name = element('name', {}, 'xmpp-receipts');
  return resultOf(
    request,
    element('query', { xmlns: NS.version }, name, element('version', {}, VERSION)),
  );
}

const UNKNOWN: StanzaError = { type: 'cancel', condition: 'item-not-found' };
const FORBIDDEN: StanzaError = { type: 'auth', condition: 'forbidden' };

interface Info {
  readonly identity: { readonly category: string; readonly type: string; readonly name?: string };
  readonly features: readonly string[];
}

type Item = Readonly<Record<'jid', string> & Partial<Record<'node' | 'name', string>>>;

interface Entity {
  readonly info: Info;
  readonly items: readonly Item[];
}

/** Whom the question was sent to: the domain or the bot. Nobody else lives here. */
function entityOf(request: Element, parts: Parts): Entity | undefined {
  const { component, features, botFeatures } = parts;
  const { service, bot } = parts.forms;
  switch (addressOf(request, parts)) {
    case component:
      return {
        info: { identity: { category: 'component', type: 'generic', name: service }, features },
        items: [{ jid: botOf(component), name: bot }],
      };
    case botOf(component):
      return {
        info: {
          identity: { category: 'client', type: 'bot', name: bot },
          features: [...features, ...botFeatures],
        },
        items: [],
      };
    default:
      return undefined;
  }
}

function addressOf(request: Element, { component }: Parts): BareJid {
  return bareOf(request.attrs['to'] ?? component);
}

/** XEP-0050 §2.2. */
function infoOfNode(name: string, request: Element, parts: Parts): Info | StanzaError {
  if (name === NS.commands)
    return {
      identity: { category: 'automation', type: 'command-list' },
      features: [NS.commands],
    };
  const node = commandNamed(name, request, parts);
  if (typeof node !== 'string') return node;
  return {
    identity: {
      category: 'automation',
      type: 'command-node',
      name: parts.forms.commands[node].name,
    },
    features: [NS.commands, NS.forms],
  };
}

/** XEP-0050 §2.2: not everybody is offered the same commands, and strangers none. */
function itemsOfNode(name: string, request: Element, parts: Parts): readonly Item[] | StanzaError {
  if (name !== NS.commands) {
    const node = commandNamed(name, request, parts);
    return typeof node === 'string' ? [] : node;
  }
  const { commands } = parts.forms;
  const jid = addressOf(request, parts);
  return offeredTo(request, parts).map((node) => ({ jid, node, name: commands[node].name }));
}

function offeredTo(request: Element, parts: Parts): readonly Node[] {
  const user = bareOf(request.attrs['from'] ?? '');
  return isOurs(user, parts) ? nodesFor(parts.admins.includes(user)) : [];
}

function commandNamed(name: string, request: Element, parts: Parts): Node | StanzaError {
  const user = bareOf(request.attrs['from'] ?? '');
  const node = nodeNamed(name, parts.admins.includes(user));
  if (node === undefined) return UNKNOWN;
  return isOurs(user, parts) ? node : FORBIDDEN;
}

/** The names in the language that the asker chose, else that of the asker's client. */
async function forAsker(request: Element, parts: DiscoParts): Promise<Parts> {
  const { from = '', 'xml:lang': locale } = request.attrs;
  const user = bareOf(from);
  const { language } = isOurs(user, parts) ? await parts.preferencesOf(user) : {};
  const spoken = languageFor(locale, LANGUAGE_OF[parts.defaultLanguage]);
  return { ...parts, forms: languageFor(language, spoken).forms };
}

function infoResult(
  request: Element,
  { identity, features }: Info,
  node: string | undefined,
): Element {
  const supported = features.map((feature) => element('feature', { var: feature }));
  return resultOf(
    request,
    element(
      'query',
      { xmlns: NS.discoInfo, node },
      element('identity', { ...identity }),
      ...supported,
    ),
  );
}
