import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BareJid, domainOf } from '../message/jid.ts';
import type { MessageKey } from '../message/key.ts';
import type { Millis, Stamp } from '../message/time.ts';
import type { Spelling } from '../protocol/spelling/spelling.ts';
import type { Preferences } from '../receipt/preferences.ts';
import { type KeptFor, pruneLimits } from '../store/housekeeping.ts';
import type { PreferenceStore } from '../store/preference-store.ts';
import type { Place } from '../store/record-store.ts';
import type { CountedPage, SurveyStore } from '../store/survey-store.ts';
import type { Removed, UpkeepStore } from '../store/upkeep-store.ts';
import type { Logger } from '../telemetry/log.ts';

/** What an operator wants to be removed: what is older, or one person. */
export type PruneOrder =
  | { readonly kind: 'older'; readonly than: Millis }
  | {
      readonly kind: 'person';
      readonly user: BareJid;
      /** Also if the person has a policy, which goes too: the default holds then. */
      readonly andPolicy: boolean;
    };

/** What would go, and stays so far. */
export interface WhatGoes {
  /** In the one spelling; absent where the order names nobody. */
  readonly user?: BareJid;
  readonly messages: number;
  /** Does a policy go that the person chose? */
  readonly hasPolicy: boolean;
}

export type Pruned =
  | ({ readonly kind: 'removed' } & Removed)
  | { readonly kind: 'refused'; readonly because: 'clock-unsure' | 'has-policy' };

export interface PruningParts {
  readonly upkeep: Pick<UpkeepStore, 'prune' | 'forget'>;
  readonly survey: Pick<SurveyStore, 'countBefore' | 'countOf'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  readonly clock: { readonly now: () => Millis; readonly isSure: boolean };
  readonly kept: KeptFor;
  readonly presentFor: (key: MessageKey) => Stamp;
  /** Called when what somebody of that domain chose was removed. */
  readonly onForgotten: (domain: string) => void;
  readonly spell: Spelling;
  readonly log: Logger;
}

const DAY: Millis = 86_400_000;

/** So many messages are counted in one turn of the event loop, so that others have theirs. */
const COUNTED_AT_ONCE = 500;

/** One call works for so long, in chunks; whoever wants more calls again. */
const ONE_CALL: Millis = 500;

export async function whatGoes(order: PruneOrder, parts: PruningParts): Promise<WhatGoes> {
  const { survey, clock, spell } = parts;
  if (order.kind === 'older') {
    const before = clock.now() - order.than;
    const page = (after: Place | undefined) => survey.countBefore(before, after, COUNTED_AT_ONCE);
    return { messages: await sumOf(page), hasPolicy: false };
  }
  const user = spell(order.user);
  const page = (after: Place | undefined) => survey.countOf(user, after, COUNTED_AT_ONCE);
  const chosen = await parts.preferences.get(user);
  return { user, messages: await sumOf(page), hasPolicy: hasPolicy(chosen) };
}

/** Removes for half a second. To be called again while there is more. */
export async function pruneSome(order: PruneOrder, parts: PruningParts): Promise<Pruned> {
  const refused = await refusalOf(order, parts);
  if (refused !== undefined) return refused;
  const removed = await removeFor(ONE_CALL, chunkOf(order, parts));
  if (order.kind === 'person') parts.onForgotten(domainOf(parts.spell(order.user)));
  parts.log.info({ ...order, ...removed }, 'an operator has removed what was kept');
  return { kind: 'removed', ...removed };
}

async function refusalOf(order: PruneOrder, parts: PruningParts): Promise<Pruned | undefined> {
  if (order.kind === 'older')
    return parts.clock.isSure ? undefined : { kind: 'refused', because: 'clock-unsure' };
  if (order.andPolicy) return undefined;
  const chosen = await parts.preferences.get(parts.spell(order.user));
  return hasPolicy(chosen) ? { kind: 'refused', because: 'has-policy' } : undefined;
}

/** What removes one chunk of what the order names; it is called until nothing is left. */
function chunkOf(order: PruneOrder, parts: PruningParts): () => Promise<Removed> {
  const { upkeep, clock, spell } = parts;
  const { retentionDays, questionsFor } = parts.kept;
  const now = clock.now();
  if (order.kind === 'older') {
    const limits = pruneLimits({ now, before: now - order.than, questionsFor });
    return () => upkeep.prune({ ...limits, othersBefore: now - retentionDays * DAY });
  }
  const user = spell(order.user);
  // The clock of the server may be ahead of ours.
  const present = parts.presentFor({ sender: user, recipient: user, id: '' });
  return () => upkeep.forget(user, Math.max(present, now * 1000));
}

async function removeFor(duration: Millis, removeChunk: () => Promise<Removed>): Promise<Removed> {
  const endsAt = performance.now() + duration;
  let { count, isMore } = await removeChunk();
  while (isMore && performance.now() < endsAt) {
    await nextTurn();
    const removed = await removeChunk();
    count += removed.count;
    isMore = removed.isMore;
  }
  return { count, isMore };
}

function hasPolicy({ policy, exceptions = {} }: Preferences): boolean {
  return policy !== undefined || Object.keys(exceptions).length > 0;
}

async function sumOf(pageAfter: (after: Place | undefined) => Promise<CountedPage>) {
  let { messages, end } = await pageAfter(undefined);
  while (end !== undefined) {
    await nextTurn();
    const page = await pageAfter(end);
    messages += page.messages;
    end = page.end;
  }
  return messages;
}
