import { DAEMONS_ROWS } from './daemons-rows.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { HEALTH_ROWS } from './health-rows.ts';
import type { Row } from './row.ts';
import { SERVER_ROWS } from './server-rows.ts';
import { SET_UP_ROWS } from './set-up-rows.ts';
import { USER_ROWS } from './user-rows.ts';

/** Everything that can be found, in the order in which things must be put right. docs/check.md. */
export const TABLE: readonly Row[] = [
  ...SET_UP_ROWS,
  ...DAEMONS_ROWS,
  ...SERVER_ROWS,
  ...HEALTH_ROWS,
  ...USER_ROWS,
];

/** What an operator must know; what is about one thing stands together. */
export function findingsOf(evidence: Evidence): readonly Finding[] {
  const all = TABLE.flatMap(({ find }) => find(evidence));
  const subjects = [...new Set(all.map(({ about }) => about))];
  return subjects.flatMap((subject) => all.filter(({ about }) => about === subject));
}

/** Without settings there is nothing else to look at. */
export function badSettings(problem: string): readonly Finding[] {
  return TABLE.flatMap(({ find }) => find({ ...NOTHING_SEEN, settingsProblem: problem }));
}

const NOTHING_SEEN: Evidence = {
  component: '',
  address: '',
  secretLength: 0,
  domains: [],
  daemon: { kind: 'unseen' },
  link: undefined,
  servers: [],
  unconfigured: [],
  users: [],
};
