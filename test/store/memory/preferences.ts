import { type BareJid, domainOf } from '../../../src/message/jid.ts';
import type { PreferencePort } from '../../../src/store/preference-port.ts';
import type { Choice } from '../../../src/store/preference-store.ts';
import type { Opening, PreferenceRow, Tables } from './database.ts';

export function preferencesIn(tables: Tables, openings: readonly Opening[]): PreferencePort {
  const { preferences: table } = tables;

  /** Accounts of a domain that have a policy, or had one. */
  function withNumber(domain: string): readonly PreferenceRow[] {
    return table.rows().filter((row) => domainOf(row.account) === domain && row.number > 0);
  }

  return {
    chosenBy: (account: BareJid) => {
      const row = table.get(account);
      return row && { ...row, isOfThisOpening: row.number > (openings.at(-1)?.began ?? 0) };
    },
    lastNumberOf: (epoch) => {
      const index = openings.findIndex((opening) => opening.epoch === epoch);
      if (index < 0) return undefined;
      return openings[index + 1]?.began ?? tables.counts.get('policy')?.last ?? 0;
    },
    put: (account, { preferences, changed, isOtherPolicy }) => {
      const known = table.get(account)?.number ?? 0;
      const number = isOtherPolicy ? tables.next('policy') : known;
      table.set(account, { account, preferences, number, changed });
    },
    version: (domain) => ({
      epoch: openings.at(-1)?.epoch ?? '',
      number: Math.max(0, ...withNumber(domain).map(({ number }) => number)),
    }),
    changedSince: (domain, since, limit) =>
      withNumber(domain)
        .filter(({ number }) => number > since)
        .toSorted((a, b) => a.number - b.number)
        .slice(0, limit)
        .map(choiceOf),
    withPolicy: (domain, after, limit) =>
      withNumber(domain)
        .filter(({ account }) => account > after)
        .toSorted((a, b) => (a.account < b.account ? -1 : 1))
        .slice(0, limit)
        .map(choiceOf),
  };
}

function choiceOf({ account, preferences, number }: PreferenceRow): Choice {
  return { account, preferences, number };
}
