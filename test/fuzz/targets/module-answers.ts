import fc from 'fast-check';
import { pino } from 'pino';
import { Completeness } from '../../../src/facts/completeness.ts';
import { domainOf } from '../../../src/message/jid.ts';
import { isPolicy } from '../../../src/message/policy.ts';
import type { Stamp } from '../../../src/message/time.ts';
import { readEnforcedPart, readPolicyLine } from '../../../src/protocol/enforced-policies.ts';
import { type ModuleHello, readHello } from '../../../src/protocol/hello.ts';
import { conditionOf } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { NODE_STATES, type OtherNode } from '../../../src/protocol/other-node.ts';
import { readDelivered, versionIn } from '../../../src/protocol/server-orders.ts';
import { type Element, element } from '../../../src/protocol/xml.ts';
import { hearNodes, waitingIn } from '../../../src/servers/hear-nodes.ts';
import { NodeWatch } from '../../../src/servers/node-watch.ts';
import { anyElement } from '../../support/any-element.ts';
import { parseOne } from '../../support/xml.ts';
import { insist, type Target } from '../target.ts';

const DOMAIN = 'example.org';
const NUMBERS = ['0', '1', '-1', '1e3', '1e999', 'NaN', ' 7 ', '0x10', '99999999999999999999'];
const NODES = ['ejabberd@one', 'ejabberd@two', 'ejabberd@three'];
const LINES = [
  'bob@example.org\tmanual',
  'bob@example.org\trefuse\tclient x@example.net',
  'bob@example.net\tmanual',
  'bob@example.org',
  '\t\t',
  '__proto__@example.org\tmanual\trefuse __proto__',
  'bob@example.org\tdefault\tmanual %2',
];

const STRANGE = {
  names: ['hello', 'policies', 'deliver', 'error', 'text', 'item-not-found', 'node', 'x'],
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
    'node',
    'name',
    'state',
    'since',
    'spool-limit',
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
    ...NODES,
    ...NODE_STATES,
  ],
};

/** The nodes of a cluster mostly have a name and a state of ours; the rest of each may be anything. */
const node = fc
  .tuple(
    fc.constantFrom(...NODES, ''),
    fc.constantFrom(...NODE_STATES, 'up', 'asleep'),
    anyElement({ ...STRANGE, names: ['node'], namespaces: [NS.feed] }),
  )
  .map(([name, state, { attrs, children }]) =>
    element('node', { ...attrs, xmlns: NS.feed, name, state }, ...children),
  );

const cluster = fc
  .tuple(
    fc.constantFrom(...NODES, ''),
    fc.constantFrom(...NUMBERS),
    fc.constantFrom(...NUMBERS, '0'),
    fc.array(node, { maxLength: 4 }),
  )
  .map(([speaking, at, waiting, others]) =>
    element('hello', { xmlns: NS.feed, version: '1', node: speaking, at, waiting }, ...others),
  );

const payload = fc.oneof({ weight: 3, arbitrary: anyElement(STRANGE) }, cluster);

const answer = fc
  .tuple(fc.constantFrom('result', 'error', undefined), fc.array(payload, { maxLength: 2 }))
  .map(([type, children]) => element('iq', { type, id: 'p1', from: DOMAIN }, ...children));

export const moduleAnswers: Target<Element> = {
  name: 'module-answers',
  about: 'what a module answers to hello, policies and orders to deliver',
  inputs: answer,
  read: parseOne,
  open: () => {
    const watch = new NodeWatch({ log: SILENT, onDropped });
    return { isAsync: false, check: (iq) => check(iq, watch) };
  },
};

const SILENT = pino({ level: 'silent' });

function onDropped(_domain: string, at: Stamp): void {
  insist(Number.isSafeInteger(at), 'dropped at no time');
}

function check(iq: Element, watch: NodeWatch): void {
  conditionOf(iq);
  versionIn(iq);
  checkHello(iq, watch);
  checkDelivered(iq);
  for (const line of readEnforcedPart(iq)?.lines ?? []) checkPolicies(line);
}

function checkHello(iq: Element, watch: NodeWatch): void {
  const hello = readHello(iq);
  if (hello === undefined) return;
  const numbers = [hello.nodes, hello.waiting, hello.at ?? 0];
  insist(
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0),
    'no number',
  );
  for (const other of hello.others) checkNode(other);
  checkClocks(hello);
  watch.look(DOMAIN, hello);
}

function checkNode({ name, state, since, at, waiting, spool, spoolLimit, gap }: OtherNode): void {
  insist(name !== '' && NODE_STATES.includes(state), 'no node');
  const numbers = [since, at, waiting, spool, spoolLimit, gap].filter((it) => it !== undefined);
  insist(
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0),
    'no number of a node',
  );
}

/** A domain is complete as far as the least of its nodes says, and not at all while one is not up. */
function checkClocks(hello: ModuleHello): void {
  const completeness = new Completeness(() => 0);
  hearNodes(DOMAIN, hello, completeness);
  const upTo = completeness.completeUpTo(DOMAIN);
  insist(upTo === undefined || waitingIn(hello) === 0 || isSaidTwice(hello), 'facts wait there');
  insist(upTo === undefined || hello.others.every(({ state }) => state === 'up'), 'not reached');
  if (isSaidTwice(hello)) return;
  const all = [hello, ...hello.others].map(({ at = 0 }) => at);
  insist(upTo === undefined || upTo <= Math.min(...all), 'complete further than a node says');
}

/** Then the last word of that node counts. */
function isSaidTwice({ node: speaking, others }: ModuleHello): boolean {
  const names = [speaking, ...others.map(({ name }) => name)];
  return new Set(names).size < names.length;
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
