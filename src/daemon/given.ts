import type { Config } from '../config/config.ts';
import { Gaps } from '../facts/gaps.ts';
import type { Link } from '../link/link.ts';
import type { Millis } from '../message/time.ts';
import { type Spelling, spellingFor } from '../protocol/spelling/spelling.ts';
import type { Rules } from '../receipt/rules.ts';
import { aloneAs, type Members } from '../store/members.ts';
import type { Store } from '../store/store.ts';
import { Counters } from '../telemetry/counters.ts';
import { Happenings } from '../telemetry/happenings.ts';
import type { Logger } from '../telemetry/log.ts';
import { ClientZones } from '../user/bot/client-zones.ts';
import { noteFirstWords } from '../user/bot/first-words.ts';
import { Introductions } from '../user/commands/introductions.ts';
import { Agreement, memberOf } from './agreement.ts';
import { OwnClock } from './own-clock.ts';

/** What the daemon needs from outside. */
export interface Given {
  readonly config: Config;
  readonly link: Link;
  readonly store: Store;
  readonly log: Logger;
  /** All daemons of the store; this one alone unless named. */
  readonly members?: Members | undefined;
  /** False: another daemon may serve our component by now. It is always ours unless named. */
  readonly isSure?: (() => boolean) | undefined;
}

/** What the daemon was given, and what several parts share. */
export interface Shared extends Given {
  readonly members: Members;
  readonly isSure: () => boolean;
  readonly agreement: Agreement;
  /** The rules of judging, of all daemons of the store, as they are at each moment. */
  readonly rules: Rules;
  readonly counters: Counters;
  readonly happenings: Happenings;
  readonly spell: Spelling;
  readonly introductions: Introductions;
  readonly zones: ClientZones;
  readonly gaps: Gaps;
  readonly clock: OwnClock;
  /** Our own time. */
  readonly now: () => Millis;
}

export function sharedBy(given: Given): Shared {
  const { config, store, log, isSure = () => true } = given;
  const spell = spellingFor([config.component.domain, ...config.domains]);
  const clock = new OwnClock({ upkeep: store.upkeep, log });
  const { now } = clock;
  const [counters, happenings] = [new Counters(), new Happenings()];
  const gaps = new Gaps(store.upkeep, { counters, log });
  const members = given.members ?? aloneAs(memberOf(config));
  const agreement = new Agreement({ member: memberOf(config), members, log });
  const { rules } = agreement;
  const introductions = introductionsOf(given, now);
  const zones = zonesOf(given, now);
  return {
    ...given,
    members,
    isSure,
    agreement,
    rules,
    counters,
    happenings,
    spell,
    introductions,
    zones,
    gaps,
    clock,
    now,
  };
}

function zonesOf({ config, link, store, log }: Given, now: () => Millis): ClientZones {
  const { preferences } = store;
  const component = config.component.domain;
  return new ClientZones({ component, link, preferences, log, now });
}

function introductionsOf({ link, store, log }: Given, now: () => Millis): Introductions {
  const introductions = new Introductions({ preferences: store.preferences, log, now });
  noteFirstWords(link, introductions);
  return introductions;
}
