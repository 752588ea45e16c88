import { MAX_PAGE_BYTES } from '../protocol/limits.ts';
import { firstPage, type PolicyPage, policyLine } from '../protocol/server-orders.ts';
import type { Choice, PolicyVersion, PreferenceStore } from '../store/preference-store.ts';

/** Policies of one domain for one stanza. */
export type Page = Omit<PolicyPage, 'rules'>;

type PolicyReads = Pick<PreferenceStore, 'withPolicy' | 'changedSince'>;

/** Maximum number of accounts that are read from the store at once. A stanza may hold fewer. */
const ROWS = 1000;

/** All policies of a domain, in parts. What changes in the meantime follows later as changes. */
export async function* allParts(
  preferences: PolicyReads,
  domain: string,
  { version, instead }: { readonly version: PolicyVersion; readonly instead: string },
): AsyncGenerator<Page> {
  let after = '';
  for (let part = 1, isLast = false; !isLast; part += 1) {
    const rows = await preferences.withPolicy(domain, after, ROWS);
    const choices = firstPage(rows, PAGE);
    isLast = choices.length === rows.length && rows.length < ROWS;
    after = choices.at(-1)?.account ?? after;
    const lines = choices.filter(hasPolicy).map(choiceLine);
    yield { step: { kind: 'part', part, isLast, instead }, version: versionText(version), lines };
  }
}

/** The first changes after the version that the module holds. They may be none. */
export async function firstChanges(
  preferences: PolicyReads,
  domain: string,
  { held, version }: { readonly held: string; readonly version: PolicyVersion },
): Promise<Page> {
  const rows = await preferences.changedSince(domain, version.number, ROWS);
  const choices = firstPage(rows, PAGE);
  const number = choices.at(-1)?.number ?? version.number;
  return {
    step: { kind: 'changes', since: held },
    version: versionText({ ...version, number }),
    lines: choices.map(choiceLine),
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

const PAGE = { textOf: choiceLine, maxBytes: MAX_PAGE_BYTES };

function choiceLine({ account, preferences }: Choice): string {
  return policyLine(account, preferences);
}

function hasPolicy({ preferences: { policy, exceptions = {} } }: Choice): boolean {
  return policy !== undefined || Object.keys(exceptions).length > 0;
}

function versionText({ epoch, number }: PolicyVersion): string {
  return `${epoch}:${number}`;
}
