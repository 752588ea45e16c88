import type { Evidence, MemberSeen } from './evidence.ts';
import { type Row, rowsAbout } from './row.ts';

/** One alone is said elsewhere. */
const severalIn = ({ daemons }: Evidence): readonly MemberSeen[] =>
  daemons !== undefined && daemons.members.length > 1 ? daemons.members : [];

const memberRow = rowsAbout<MemberSeen>({ all: severalIn, about: ({ component }) => component });

const differenceRow = rowsAbout<NonNullable<Evidence['daemons']>['differences'][number]>({
  all: ({ daemons }) => daemons?.differences ?? [],
  about: ({ setting }) => `"${setting}"`,
});

export const DAEMONS_ROWS: readonly Row[] = [
  memberRow('member', {
    severity: 'green',
    seen: ({ isServed, holder, standbys }) =>
      isServed ? `served by ${holder}; ${standbys.length} stand by` : undefined,
  }),
  memberRow('member-silent', {
    severity: 'amber',
    seen: ({ isServed, silentSeconds }) =>
      isServed ? undefined : `no daemon has served it for ${silentSeconds} seconds`,
    expected: ({ component }) =>
      `a daemon for it. If it will not come back: xmpp-receipts members forget ${component}`,
  }),
  differenceRow('settings-differ', {
    severity: 'red',
    seen: ({ values, holds }) => {
      const each = Object.entries(values).map(([name, it]) => `${JSON.stringify(it)} for ${name}`);
      return `${each.join(', ')}; for all holds ${JSON.stringify(holds)}`;
    },
    expected: () => 'the same in the settings of all daemons of the store',
  }),
];
