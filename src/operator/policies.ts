import { randomUUID } from 'node:crypto';
import { isLinkError, type Link } from '../link/link.ts';
import { type BareJid, botOf } from '../message/jid.ts';
import type { Policy } from '../message/policy.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import { languageTagOf } from '../receipt/preferences.ts';
import { isOurs } from '../receipt/rules.ts';
import type { Logger } from '../telemetry/log.ts';
import type { LanguageCode } from '../user/commands/command.ts';
import { changePolicy, type PolicyParts, policyReply } from '../user/commands/policy.ts';
import type { PolicyReply, Reply } from '../user/commands/reply.ts';
import { type Introducing, introduced } from '../user/text/introduction.ts';
import { LANGUAGE_OF, languageFor } from '../user/text/languages.ts';
import { policyNotice } from '../user/text/policy-notice.ts';

/** What an operator sets for a person: the policy for all senders, or for one contact or domain. */
export interface PolicyOrder {
  readonly user: BareJid;
  readonly contact: BareJid | undefined;
  readonly policy: Policy | 'default';
}

export interface PolicySet {
  /** Whose it is, in the one spelling. */
  readonly account: BareJid;
  readonly reply: Reply;
  /** Has the bot written to that person? */
  readonly isTold: boolean;
}

export interface PoliciesParts extends PolicyParts, Introducing {
  readonly component: string;
  /** Of whose users an operator may set the policies here. */
  readonly domains: readonly string[];
  readonly language: LanguageCode;
  readonly link: Pick<Link, 'send'>;
  readonly spell: Spelling;
  readonly log: Logger;
}

/** A user, who may have chosen a policy. */
export interface Chooser {
  /** In the one spelling. */
  readonly account: BareJid;
  readonly policy: PolicyReply;
}

/** `undefined`: the user is of none of our domains. */
export async function policyOf(user: BareJid, parts: PoliciesParts): Promise<Chooser | undefined> {
  const account = parts.spell(user);
  if (!isOurs(account, parts)) return undefined;
  return { account, policy: policyReply(await parts.store.preferences.get(account), parts.told) };
}

/**
 * Sets a policy in the same way as the user's own command. `undefined`: the user is of none of our
 * domains.
 */
export async function setPolicy(
  order: PolicyOrder,
  parts: PoliciesParts,
): Promise<PolicySet | undefined> {
  const user = parts.spell(order.user);
  const contact = order.contact && parts.spell(order.contact);
  if (!isOurs(user, parts)) return undefined;
  const { policy } = order;
  const reply = await changePolicy(
    user,
    contact === undefined
      ? { kind: 'set-policy', policy }
      : { kind: 'set-exception', peer: contact, policy },
    parts,
  );
  if (reply.kind !== 'policy') return { account: user, reply, isTold: false };
  parts.log.info({ user, contact, policy }, 'an operator has set a policy');
  return { account: user, reply, isTold: await tell({ user, contact, policy }, parts) };
}

/** A page of those of a domain who have a policy, in the order of the addresses, after that one. */
export async function choosersOf(
  { domain, after, limit }: ChooserPage,
  { store, told, spell }: PoliciesParts,
): Promise<readonly Chooser[]> {
  const choices = await store.preferences.withPolicy(spell(domain), after, limit);
  return choices.map(({ account, preferences }) => ({
    account,
    policy: policyReply(preferences, told),
  }));
}

export interface ChooserPage {
  readonly domain: string;
  readonly after: string;
  readonly limit: number;
}

/** What an operator sets is no secret from that person. */
async function tell({ user, contact, policy }: PolicyOrder, parts: PoliciesParts) {
  const { component, language: byDefault, link, log } = parts;
  const preferences = await parts.store.preferences.get(user);
  const language = languageFor(languageTagOf(preferences), LANGUAGE_OF[byDefault]);
  const notice = policyNotice({ policy, contact }, language);
  const body = introduced(notice, { user, preferences, language }, parts);
  const names = { id: randomUUID(), from: botOf(component), to: user, lang: language.lang };
  try {
    await link.send(chatMessage({ ...names, body, isStored: true }));
    return true;
  } catch (err) {
    // Expected: the server is away. The policy holds all the same.
    if (!isLinkError(err)) throw err;
    log.warn({ err, user }, 'a user could not be told that an operator has set a policy');
    return false;
  }
}
