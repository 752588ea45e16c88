import { type BareJid, bareOf, botOf } from '../../message/jid.ts';
import { errorOf, resultOf, type StanzaError } from '../../protocol/iq.ts';
import { NS } from '../../protocol/namespaces.ts';
import { type Element, element } from '../../protocol/xml.ts';
import { isOurs } from '../../receipt/rules.ts';
import type { Counters, DiscoRefusal } from '../../telemetry/counters.ts';
import { nodeNamed, nodesFor } from '../adhoc/commands.ts';
import { type AskerParts, languageOfAsker } from '../card/asker.ts';
import { PERSONAL_FEATURES, PERSONAL_IDENTITY, PERSONAL_NODES } from '../card/personal-nodes.ts';
import type { Forms } from '../text/forms.ts';

export interface DiscoParts extends AskerParts {
  readonly component: string;
  readonly admins: readonly string[];
  /** Features of both the domain and the bot. */
  readonly features: readonly string[];
  readonly botFeatures: readonly string[];
  readonly counters: Counters;
}

/** What disco needs, with the texts in the language of the user who asks. */
interface LocalizedDisco extends DiscoParts {
  readonly forms: Forms;
}

type Item = Readonly<Record<'jid', string> & Partial<Record<'node' | 'name', string>>>;

interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name?: string;
}

/** What can be asked about: the domain, the bot, the list of commands, a command. */
interface Entity {
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
  readonly items: readonly Item[];
}

const UNKNOWN: StanzaError = { type: 'cancel', condition: 'item-not-found' };

const REFUSALS: Readonly<Record<DiscoRefusal, StanzaError>> = {
  'unknown address': UNKNOWN,
  'unknown command': UNKNOWN,
  strangers: { type: 'auth', condition: 'forbidden' },
};

/** XEP-0030 §3: our identities and features. */
export async function answerDiscoInfo(
  request: Element,
  query: Element,
  disco: DiscoParts,
): Promise<Element> {
  const { node } = query.attrs;
  const entity = entityOf(request, node, await forAsker(request, disco));
  if (typeof entity === 'string') return refusal(request, entity, disco.counters);
  const identities = entity.identities.map((identity) => element('identity', { ...identity }));
  const features = entity.features.map((feature) => element('feature', { var: feature }));
  return resultOf(
    request,
    element('query', { xmlns: NS.discoInfo, node }, ...identities, ...features),
  );
}

/** XEP-0030 §4: the domain has the bot as an item. Both have the commands. */
export async function answerDiscoItems(
  request: Element,
  query: Element,
  disco: DiscoParts,
): Promise<Element> {
  const { node } = query.attrs;
  const entity = entityOf(request, node, await forAsker(request, disco));
  if (typeof entity === 'string') return refusal(request, entity, disco.counters);
  const items = entity.items.map((item) => element('item', item));
  return resultOf(request, element('query', { xmlns: NS.discoItems, node }, ...items));
}

function refusal(request: Element, why: DiscoRefusal, counters: Counters): Element {
  counters.count(`disco refused: ${why}`);
  return errorOf(request, REFUSALS[why]);
}

async function forAsker(request: Element, parts: DiscoParts): Promise<LocalizedDisco> {
  const { forms } = await languageOfAsker(request, parts);
  return { ...parts, forms };
}

/** What was asked about: an address, or a node at this address. */
function entityOf(
  request: Element,
  node: string | undefined,
  parts: LocalizedDisco,
): Entity | DiscoRefusal {
  const jid = bareOf(request.attrs['to'] ?? parts.component);
  const entity = entityAt(jid, parts);
  if (entity === undefined) return 'unknown address';
  if (node === undefined) return entity;
  const user = bareOf(request.attrs['from'] ?? '');
  return node === NS.commands ? commandList(jid, user, parts) : commandNamed(node, user, parts);
}

/** The entity at this address: the domain or the bot. There is no other one. */
function entityAt(jid: BareJid, parts: LocalizedDisco): Entity | undefined {
  const { component, features, botFeatures, forms } = parts;
  switch (jid) {
    case component:
      return {
        identities: [{ category: 'component', type: 'generic', name: forms.service }],
        features,
        items: [{ jid: botOf(component), name: forms.bot }],
      };
    case botOf(component):
      return {
        identities: [{ category: 'client', type: 'bot', name: forms.bot }, PERSONAL_IDENTITY],
        features: [...features, ...botFeatures, ...PERSONAL_FEATURES],
        items: PERSONAL_NODES.map((name) => ({ jid, node: name })),
      };
    default:
      return undefined;
  }
}

/** XEP-0050 §2.2: the commands depend on the user. Users of other servers are offered none. */
function commandList(jid: BareJid, user: BareJid, parts: LocalizedDisco): Entity {
  const { commands } = parts.forms;
  const offered = isOurs(user, parts) ? nodesFor(parts.admins.includes(user)) : [];
  return {
    identities: [{ category: 'automation', type: 'command-list' }],
    features: [NS.commands],
    items: offered.map((node) => ({ jid, node, name: commands[node].name })),
  };
}

/** XEP-0050 §2.2. */
function commandNamed(name: string, user: BareJid, parts: LocalizedDisco): Entity | DiscoRefusal {
  const node = nodeNamed(name, parts.admins.includes(user));
  if (node === undefined) return 'unknown command';
  if (!isOurs(user, parts)) return 'strangers';
  const { commands } = parts.forms;
  return {
    identities: [{ category: 'automation', type: 'command-node', name: commands[node].name }],
    features: [NS.commands, NS.forms],
    items: [],
  };
}
