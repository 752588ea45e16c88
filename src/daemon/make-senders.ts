import { type Completeness, serverOf } from '../facts/completeness.ts';
import type { Millis } from '../message/time.ts';
import {
  type ComposeAskingParts,
  composeQuestions,
  composeReceipts,
  isWanted,
  weightOfReceipt,
} from '../sending/compose.ts';
import { composeNotice } from '../sending/compose-notice.ts';
import type { HostStores } from '../sending/host-stores.ts';
import { NoticeSender } from '../sending/notice-sender.ts';
import { QuestionSender } from '../sending/question-sender.ts';
import { ReceiptSender } from '../sending/receipt-sender.ts';
import { Refusals } from '../sending/refusals.ts';
import { SendRate } from '../sending/send-rate.ts';
import type { Shared } from './given.ts';

/** Receipts for one sender that are due within this time go in one stanza. */
const GATHER: Millis = 100;

/**
 * Number of questions that one recipient gets without a delay, if there were none for a long time.
 */
const QUESTION_BURST = 4;

const MINUTE: Millis = 60_000;
const HOUR: Millis = 3_600_000;

export function makeRefusals({ config, log, now }: Shared): Refusals {
  return new Refusals({ component: config.component.domain, log, now });
}

interface ForReceipts {
  readonly completeness: Completeness;
  readonly hostStores: HostStores;
  readonly refusals: Refusals;
}

export function makeReceiptSender(
  shared: Shared,
  { completeness, hostStores, refusals }: ForReceipts,
): ReceiptSender {
  const { config, link, store, isSure, rules, counters, happenings, log, now } = shared;
  const { maxPerMinute } = config.receipts;
  const keepsForAbsent = (domain: string) => hostStores.keepsForAbsent(domain);
  const composing = { ...composePartsOf(shared), rules, refusals, keepsForAbsent };
  return new ReceiptSender({
    component: config.component.domain,
    rate: new SendRate({ gather: GATHER, every: MINUTE / maxPerMinute, burst: maxPerMinute }),
    compose: (parcel) => composeReceipts(parcel, composing),
    isWanted: (parcel) => isWanted(parcel, composing),
    weigh: (receipt, preferences) => weightOfReceipt(receipt, preferences, composing),
    lagOf: ({ key, at }) => completeness.clocks.since(serverOf(key, rules), at),
    isSure,
    link,
    receipts: store.receipts,
    happenings,
    counters,
    log,
    now,
  });
}

export function makeQuestionSender(shared: Shared): QuestionSender {
  const { config, link, store, isSure, counters, log, now } = shared;
  const { gatherMs: gather, perHour } = config.questions;
  const composing = composePartsOf(shared);
  return new QuestionSender({
    component: config.component.domain,
    gather,
    rate: new SendRate({ gather, every: HOUR / perHour, burst: QUESTION_BURST }),
    compose: (asking, recipient) => composeQuestions(asking, recipient, composing),
    isSure,
    link,
    asking: store.asking,
    preferences: store.preferences,
    counters,
    log,
    now,
  });
}

/** So many notices one sender gets without a delay, then one more in each such time. */
const NOTICE_BURST = 30;
const NOTICE_EVERY = 5_000;

export function makeNoticeSender(shared: Shared): NoticeSender {
  const { config, link, store, isSure, counters, log, now } = shared;
  const composing = composePartsOf(shared);
  return new NoticeSender({
    component: config.component.domain,
    rate: new SendRate({ gather: 0, every: NOTICE_EVERY, burst: NOTICE_BURST }),
    compose: (overdue, sender) => composeNotice(overdue, sender, composing),
    isSure,
    link,
    notices: store.notices,
    watches: store.watches,
    preferences: store.preferences,
    counters,
    log,
    now,
  });
}

/** Words for people name the time of the machine's clock. */
export function composePartsOf({ config, introductions, zones }: Shared): ComposeAskingParts {
  const { component, language, policy } = config;
  const isLocked = policy.locked;
  return { component: component.domain, language, isLocked, introductions, zones, now: Date.now };
}
