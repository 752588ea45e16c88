import type { Completeness } from '../facts/completeness.ts';
import { Elsewhere, heardFrom } from '../facts/elsewhere.ts';
import { Intake } from '../facts/intake.ts';
import { Leaps } from '../facts/leaps.ts';
import { Ledger } from '../facts/ledger.ts';
import { TimeOuts } from '../facts/time-outs.ts';
import { Watching } from '../facts/watching.ts';
import type { NoticeSender } from '../sending/notice-sender.ts';
import type { ReceiptSender } from '../sending/receipt-sender.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import type { TickOrders } from '../servers/tick-orders.ts';
import type { Shared } from './given.ts';

interface ForLedger {
  readonly completeness: Completeness;
  readonly receipts: { readonly loop: Pick<ReceiptSender['loop'], 'kick'> };
  readonly ticks: Pick<TickOrders, 'kick'>;
}

export function makeLedger(shared: Shared, { completeness, receipts, ticks }: ForLedger): Ledger {
  const { config, members, store, rules, gaps, counters, happenings, log, now } = shared;
  members.tell(() => heardFrom(config.domains, completeness));
  return new Ledger({
    wordsDelay: config.receipts.gatherTextMs,
    questionDelay: config.questions.gatherMs,
    records: store.records,
    rules,
    heard: config.domains,
    completeness,
    elsewhere: new Elsewhere(members),
    gaps,
    wakes: { receipts: () => receipts.loop.kick(), ticks: () => ticks.kick() },
    happenings,
    counters,
    log,
    now,
  });
}

interface ForIntake {
  readonly ledger: Ledger;
  readonly completeness: Completeness;
  readonly policies: Pick<PolicySync, 'changed'>;
}

export function makeIntake(
  { store, gaps, counters, spell, log }: Shared,
  { ledger, completeness, policies }: ForIntake,
): Intake {
  return new Intake({
    onForgotten: (domain) => policies.changed(domain),
    upkeep: store.upkeep,
    records: store.records,
    open: store.open,
    ledger,
    gaps,
    completeness,
    counters,
    spell,
    log,
  });
}

interface ForWatching {
  readonly completeness: Completeness;
  readonly notices: { readonly loop: Pick<NoticeSender['loop'], 'kick'> };
}

function makeWatching(
  { store, config, rules, counters, log, now }: Shared,
  { completeness, notices }: ForWatching,
): Watching {
  return new Watching({
    watches: store.watches,
    records: store.records,
    heard: config.domains,
    onOverdue: () => notices.loop.kick(),
    completeness,
    rules,
    counters,
    log,
    now,
  });
}

interface ForTimeOuts extends ForWatching {
  readonly ledger: Ledger;
}

export function makeTimeOuts(
  shared: Shared,
  { ledger, completeness, notices }: ForTimeOuts,
): TimeOuts {
  const { store, config, log, now } = shared;
  const { domains, receipts } = config;
  const watching = makeWatching(shared, { completeness, notices });
  const leaps = new Leaps({ completeness, domains, now });
  const longestWait = Math.max(receipts.graceMs, receipts.textStoredAfterMs);
  return new TimeOuts({ records: store.records, ledger, leaps, watching, longestWait, log, now });
}
