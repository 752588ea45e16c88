import type { BareJid } from '../message/jid.ts';
import { type Policy, strictest } from '../message/policy.ts';
import { firstPage, type PolicyPage, policyLine } from '../protocol/server-orders.ts';
import { weightOf } from '../protocol/weight.ts';
import type { Choice, PolicyVersion, PreferenceStore } from '../store/preference-store.ts';

/** Policies of one domain for one stanza. */
export type Page = Omit<PolicyPage, 'rules'>;

export interface PageSource {
  readonly preferences: Pick<PreferenceStore, 'withPolicy' | 'changedSince'>;
  readonly domain: string;
  /** What holds for who chose nothing. */
  readonly byDefault: Policy;
  /** What one line may weigh: the server takes no longer one. */
  readonly mostInLine: number;
  /** Called when a line is longer: something shorter stands for it. */
  readonly onTooLong: (account: BareJid) => void;
}

/** Maximum number of accounts that are read from the store at once. A stanza may hold fewer. */
const ROWS = 1000;

/** All policies of a domain, in parts. What changes in the meantime follows later as changes. */
export async function* allParts(
  source: PageSource,
  { version, instead }: { readonly version: PolicyVersion; readonly instead: string },
): AsyncGenerator<Page> {
  const { preferences, domain } = source;
  let after = '';
  for (let part = 1, isLast = false; !isLast; part += 1) {
    const rows = await preferences.withPolicy(domain, after, ROWS);
    const choices = firstPage(rows, choiceLine);
    isLast = choices.length === rows.length && rows.length < ROWS;
    after = choices.at(-1)?.account ?? after;
    const lines = choices.filter(hasPolicy).map((choice) => lineFor(choice, source));
    yield { step: { kind: 'part', part, isLast, instead }, version: versionText(version), lines };
  }
}

/** The first changes after the version that the module holds. They may be none. */
export async function firstChanges(
  source: PageSource,
  { held, version }: { readonly held: string; readonly version: PolicyVersion },
): Promise<Page> {
  const rows = await source.preferences.changedSince(source.domain, version.number, ROWS);
  const choices = firstPage(rows, choiceLine);
  const number = choices.at(-1)?.number ?? version.number;
  return {
    step: { kind: 'changes', since: held },
    version: versionText({ ...version, number }),
    lines: choices.map((choice) => lineFor(choice, source)),
  };
}

/** Does the module hold the version of this page when it has taken it? */
export function isComplete({ step }: Page): boolean {
  return step.kind === 'changes' || step.isLast;
}

/** The number of the held version, if this store gave it out. */
export async function numberIn(held: string, store: KnownVersions): Promise<number | undefined> {
  const [epoch = '', digits = ''] = held.split(':');
  const last = await store.lastNumberOf(epoch);
  const number = Number(digits);
  const isOurs = last !== undefined && /^\d+$/.test(digits) && number <= last;
  return isOurs ? number : undefined;
}

export async function isKnown(store: KnownVersions, held: string): Promise<boolean> {
  return (await numberIn(held, store)) !== undefined;
}

type KnownVersions = Pick<PreferenceStore, 'lastNumberOf'>;

/**
 * Where the server takes no stanza with all that an account chose, the strictest of it holds for
 * everybody there: less is told than the account allows, and never more.
 */
function lineFor(choice: Choice, { byDefault, mostInLine, onTooLong }: PageSource): string {
  const line = choiceLine(choice);
  if (weightOf(line) <= mostInLine) return line;
  const { account, preferences } = choice;
  onTooLong(account);
  const { policy = byDefault, exceptions = {} } = preferences;
  return policyLine(account, { policy: Object.values(exceptions).reduce(strictest, policy) });
}

function choiceLine({ account, preferences }: Choice): string {
  return policyLine(account, preferences);
}

function hasPolicy({ preferences: { policy, exceptions = {} } }: Choice): boolean {
  return policy !== undefined || Object.keys(exceptions).length > 0;
}

function versionText({ epoch, number }: PolicyVersion): string {
  return `${epoch}:${number}`;
}
