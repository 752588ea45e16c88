import fc from 'fast-check';
import { domainOf } from '../../../src/message/jid.ts';
import { isPolicy } from '../../../src/message/policy.ts';
import { readEnforcedPart, readPolicyLine } from '../../../src/protocol/enforced-policies.ts';
import { readHello } from '../../../src/protocol/hello.ts';
import { conditionOf } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { readDelivered, versionIn } from '../../../src/protocol/server-orders.ts';
import { type Element, element } from '../../../src/protocol/xml.ts';
import { anyElement } from '../../support/any-element.ts';
import { parseOne } from '../../support/xml.ts';
import { insist, type Target } from '../target.ts';

const DOMAIN = 'example.org';
const NUMBERS = ['0', '1', '-1', '1e3', '1e999', 'NaN', ' 7 ', '0x10', '99999999999999999999'];
const LINES = [
  'bob@example.org\tmanual',
  'bob@example.org\trefuse\tclient x@example.net',
  'bob@example.net\tmanual',
  'bob@example.org',
  '\t\t',
  '__proto__@example.org\tmanual\trefuse __proto__',
  'bob@example.org\tdefault\tmanual %2',
];

const payload = anyElement({
  names: ['hello', 'policies', 'deliver', 'error', 'text', 'item-not-found', 'x'],
  namespaces: [NS.feed, NS.stanzaErrors, 'urn:x'],
  attributes: [
    'version',
    'nodes',
    'at',
    'waiting',
    'policies',
    'proves',
    'counts',
    'spool',
    'last',
    'part',
    'delivered',
    'forbidden',
    'because',
    'secret',
    'clock',
    'gap',
    'longest-stanza',
  ],
  values: [
    ...NUMBERS,
    ...LINES,
    LINES.join('\n'),
    'yes',
    'no',
    'policy:1 blocked:9',
    'bad-token:-1',
    'a:b:c',
  ],
});

const answer = fc
  .tuple(fc.constantFrom('result', 'error', undefined), fc.array(payload, { maxLength: 2 }))
  .map(([type, children]) => element('iq', { type, id: 'p1', from: DOMAIN }, ...children));

export const moduleAnswers: Target<Element> = {
  name: 'module-answers',
  about: 'what a module answers to hello, policies and orders to deliver',
  inputs: answer,
  read: parseOne,
  open: () => ({ isAsync: false, check }),
};

function check(iq: Element): void {
  conditionOf(iq);
  versionIn(iq);
  checkHello(iq);
  checkDelivered(iq);
  for (const line of readEnforcedPart(iq)?.lines ?? []) checkPolicies(line);
}

function checkHello(iq: Element): void {
  const hello = readHello(iq);
  if (hello === undefined) return;
  const numbers = [hello.nodes, hello.waiting, hello.at ?? 0];
  insist(
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0),
    'no number',
  );
}

function checkDelivered(iq: Element): void {
  const delivered = readDelivered(iq);
  if (delivered === undefined) return;
  const counts = [delivered.delivered, ...delivered.forbidden.values()];
  insist(
    counts.every((count) => Number.isSafeInteger(count) && count >= 0),
    'no count',
  );
}

function checkPolicies(line: string): void {
  const read = readPolicyLine(line, DOMAIN);
  if (read === undefined) return;
  insist(domainOf(read.account) === DOMAIN, 'the policy of somebody else');
  const { policy, exceptions = {} } = read.policies;
  insist(policy === undefined || isPolicy(policy), 'no policy');
  insist(Object.values(exceptions).every(isPolicy), 'no policy in an exception');
}
