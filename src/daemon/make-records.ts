import { receiptDelayOf } from '../receipt/preferences.ts';
import type { Completeness } from '../records/completeness.ts';
import { Intake } from '../records/intake.ts';
import { Ledger, type Wakes } from '../records/ledger.ts';
import { TimeOuts } from '../records/time-outs.ts';
import type { PolicySync } from '../servers/policy-sync.ts';
import type { Shared } from './given.ts';

export function makeLedger(shared: Shared, completeness: Completeness, wakes: Wakes): Ledger {
  const { config, store, rules, counters, log, now } = shared;
  return new Ledger({
    receiptDelay: (sender) => receiptDelayOf(sender, config.receipts),
    questionDelay: config.questions.gatherMs,
    records: store.records,
    rules,
    completeness,
    wakes,
    counters,
    log,
    now,
  });
}

interface ForIntake {
  readonly ledger: Ledger;
  readonly completeness: Completeness;
  readonly policies: PolicySync;
}

export function makeIntake(
  { store, counters, spell, log }: Shared,
  { ledger, completeness, policies }: ForIntake,
): Intake {
  return new Intake({
    onForgotten: (domain) => policies.changed(domain),
    upkeep: store.upkeep,
    records: store.records,
    ledger,
    completeness,
    counters,
    spell,
    log,
  });
}

export function makeTimeOuts({ store, log, now }: Shared, ledger: Ledger): TimeOuts {
  return new TimeOuts({ records: store.records, ledger, log, now });
}
