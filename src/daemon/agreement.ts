import type { Config } from '../config/config.ts';
import type { Millis } from '../message/time.ts';
import { LiveRules } from '../receipt/live-rules.ts';
import type { Rules } from '../receipt/rules.ts';
import { type Difference, differencesIn } from '../receipt/setting-differences.ts';
import {
  type HeldSettings,
  heldAlone,
  rulesFrom,
  type SharedSettings,
  stricterSettings,
} from '../receipt/shared-settings.ts';
import type { KeptFor } from '../store/housekeeping.ts';
import type { Forgetting, KnownMember, Member, Members } from '../store/members.ts';
import type { Logger } from '../telemetry/log.ts';

/** Clocks that differ by more make receipts name wrong times, and what is due leave early or late. */
const TOLERANCE: Millis = 2000;

export function memberOf(config: Config): Member {
  return {
    component: config.component.domain,
    domains: config.domains,
    settings: sharedIn(config),
  };
}

function sharedIn({
  policy,
  disclosure,
  receipts,
  retentionDays,
  questions,
}: Config): SharedSettings {
  return {
    'policy.default': policy.default,
    'policy.locked': policy.locked,
    'policy.tellDeclined': policy.tellDeclined,
    disclosure,
    'receipts.statuses': receipts.statuses,
    'receipts.graceMs': receipts.graceMs,
    'receipts.text': receipts.text,
    'receipts.textStatuses': receipts.textStatuses,
    'receipts.textStoredAfterMs': receipts.textStoredAfterMs,
    'receipts.expireAfterMs': receipts.expireAfterMs,
    retentionDays,
    'questions.expireAfterMs': questions.expireAfterMs,
  };
}

function keptBy(held: HeldSettings): KeptFor {
  return {
    retentionDays: held.retentionDays,
    questionsFor: held['questions.expireAfterMs'],
  };
}

export interface AgreementParts {
  readonly member: Member;
  readonly members: Members;
  readonly log: Logger;
}

/** What holds for all daemons of the store; where their settings differ, the stricter. */
export class Agreement {
  readonly #parts: AgreementParts;
  readonly #listeners: (() => void)[] = [];
  readonly #rules: LiveRules;
  readonly #told: LiveRules;
  readonly #kept: KeptFor;
  #differences: readonly Difference[] = [];
  #saidClock = false;

  constructor(parts: AgreementParts) {
    this.#parts = parts;
    const held = heldAlone(parts.member.settings);
    this.#rules = new LiveRules(rulesFrom(held, parts.member.domains));
    this.#told = new LiveRules(this.#rules.present);
    this.#kept = keptBy(held);
    this.#learn();
    parts.members.onLook(() => this.#learn());
  }

  /** Those of judging. */
  get rules(): Rules {
    return this.#rules;
  }

  /**
   * What the modules of our servers are told: our lock is for our users, and a lock of others is
   * none for them. What these may choose is a matter of their own operator.
   */
  get told(): Rules {
    return this.#told;
  }

  /** What is older goes. */
  get kept(): KeptFor {
    return this.#kept;
  }

  get differences(): readonly Difference[] {
    return this.#differences;
  }

  get members(): readonly KnownMember[] {
    return this.#parts.members.all;
  }

  get clockAheadMs(): Millis {
    return this.#parts.members.clockAheadMs;
  }

  /** What it served, and how it was set, counts no more. */
  forget(component: string): Promise<Forgetting> {
    return this.#parts.members.forget(component);
  }

  /** Called when other rules hold than before. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #learn(): void {
    const { member, members } = this.#parts;
    const all = members.all.map(({ settings }) => heldAlone(settings));
    const held = all.reduce(stricterSettings, heldAlone(member.settings));
    const rules = rulesFrom(held, domainsOf([member, ...members.all]));
    const isNew = !isSame(rules, this.#rules.present);
    this.#rules.present = rules;
    const locked = member.settings['policy.locked'];
    this.#told.present = { ...rules, policy: { ...rules.policy, locked } };
    Object.assign(this.#kept, keptBy(held));
    this.#sayDifferences(differencesIn(members.all, held));
    this.#sayClock();
    if (isNew) for (const listener of this.#listeners) listener();
  }

  #sayDifferences(differences: readonly Difference[]): void {
    const { log } = this.#parts;
    const isNew = !isSame(differences, this.#differences);
    this.#differences = differences;
    if (!isNew) return;
    for (const { setting, values, holds } of differences) {
      const about = { setting, values, holds };
      log.error(
        about,
        `daemons of this store differ in "${setting}": the stricter holds for all, until they agree`,
      );
    }
    if (differences.length === 0) log.info('the daemons of this store agree in their settings now');
  }

  #sayClock(): void {
    const { clockAheadMs } = this.#parts.members;
    const isWrong = Math.abs(clockAheadMs) > TOLERANCE;
    if (isWrong && !this.#saidClock)
      this.#parts.log.error(
        { seconds: Math.round(clockAheadMs / 1000) },
        'the clock of this machine is not that of the database: set both by NTP, so that daemons agree on what is due',
      );
    this.#saidClock = isWrong;
  }
}

function domainsOf(all: readonly Pick<Member, 'domains'>[]): readonly string[] {
  return [...new Set(all.flatMap(({ domains }) => domains))].toSorted();
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
