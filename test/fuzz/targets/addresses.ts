import fc from 'fast-check';
import { COMPONENT, SERVER } from '../../support/settings.ts';

export const BOT = `receipts@${COMPONENT}`;

/** So many that none asks too much in the time of a part. */
const USERS = 4000;

/** Of our users, with and without a resource. */
export const ourUser = fc
  .tuple(fc.nat(USERS), fc.constantFrom('/pc', '/phone', ''))
  .map(([n, resource]) => `u${n}@${SERVER}${resource}`);

const ODD = [
  '',
  '@',
  '/',
  'a@',
  `@${SERVER}`,
  `${SERVER}/x`,
  `x@${SERVER}@y`,
  'a@b/c/d',
  '__proto__',
  `a"'<&>@${SERVER}`,
  `u1@${SERVER.toUpperCase()}`,
  "'; DROP TABLE messages; --@x.org",
];

/** Users, strangers, servers, other components, and what no server should let pass. */
export const anybody = fc.oneof(
  { weight: 5, arbitrary: ourUser },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      SERVER,
      'example.net',
      'gateway.example.org',
      COMPONENT,
      BOT,
      `${BOT}/x`,
      ...ODD,
    ),
  },
  { weight: 2, arbitrary: fc.nat(USERS).map((n) => `eve${n}@example.net/x`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map(inXml) },
);

export const ourAddress = fc.constantFrom(
  COMPONENT,
  BOT,
  BOT,
  `${BOT}/x`,
  `${COMPONENT}/x`,
  `nobody@${COMPONENT}`,
  SERVER,
  '',
);

/** Without the characters that no server lets pass. */
export function inXml(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}
