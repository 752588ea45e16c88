import type { Completeness } from '../facts/completeness.ts';
import { Elsewhere, heardFrom } from '../facts/elsewhere.ts';
import { Intake } from '../facts/intake.ts';
import { Leaps } from '../facts/leaps.ts';
import { Ledger } from '../facts/ledger.ts';
import { TimeOuts } from '../facts/time-outs.ts';
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

interface ForTimeOuts {
  readonly ledger: Ledger;
  readonly completeness: Completeness;
}

export function makeTimeOuts(
  { store, config: { domains, receipts }, log, now }: Shared,
  { ledger, completeness }: ForTimeOuts,
): TimeOuts {
  const leaps = new Leaps({ completeness, domains, now });
  const longestWait = Math.max(receipts.graceMs, receipts.textStoredAfterMs);
  return new TimeOuts({ records: store.records, ledger, leaps, longestWait, log, now });
}
