import { afterAll, beforeAll, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { en } from '../../src/user/text/en/index.ts';
import { say } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { comeHidden } from '../support/hiding.ts';
import { differencesOf } from '../support/server-differences.ts';
import { COMPONENT, type Stage, startStage, toldAbout } from '../support/stage.ts';

const HOST = 'plain.test';
const ALICE = `alice@${HOST}`;
const EXPIRE_MS = 2000;
const PATIENCE_MS = 20_000;

/** Why a sender may know of a message only that it was accepted; the recipient has that name. */
const CAUSES = ['lost', 'refused', 'hidden', 'stranger', 'blocked'] as const;
type Cause = (typeof CAUSES)[number];

let stage: Stage;
let company: Company;
let alice: Client;
/** This server refuses what is blocked with an error: then the sender knows more. */
let causes: readonly Cause[];

beforeAll(async () => {
  stage = await startStage({
    hosts: [{ name: HOST }],
    server: { modules: ['test_invisible'] },
    receipts: { expireAfterMs: EXPIRE_MS, text: true },
  });
  company = new Company(stage);
  const isDropped = differencesOf(stage.server).blockedFullJid === 'dropped';
  causes = CAUSES.filter((cause) => cause !== 'blocked' || isDropped);
  alice = await company.enter(`${ALICE}/pc`);
  for (const cause of causes) {
    const bob = await company.register(to(cause));
    if (cause !== 'stranger') await stage.server.befriend(ALICE, bob);
  }
  await loseWithTheServer();
  alice = await company.enter(`${ALICE}/again`);
  await refuse();
  await hide();
  alice.ask(to('stranger'), 'm1');
  await stage.expectStatus(sentTo('stranger'), 'stored');
  if (isDropped) await block();
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

const to = (cause: Cause) => `${cause}@${HOST}`;

const sentTo = (cause: Cause) => ({ from: ALICE, to: to(cause), id: 'm1' });

async function entersRefusing(cause: Cause): Promise<Client> {
  const phone = await company.enter(`${to(cause)}/phone`);
  await say(phone, 'policy refuse');
  return phone;
}

/** Only the queue of a session that is away has it when the server is killed. */
async function loseWithTheServer(): Promise<void> {
  (await entersRefusing('lost')).die();
  alice.ask(to('lost'), 'm1');
  await stage.expectStatus(sentTo('lost'), 'stored');
  await stage.server.kill();
  await stage.server.start();
  await stage.expectStatus(sentTo('lost'), 'lost');
}

async function refuse(): Promise<void> {
  const phone = await entersRefusing('refused');
  alice.ask(to('refused'), 'm1');
  await phone.waitForMessage('m1');
  phone.answer(alice.jid, 'm1');
  await stage.expectStatus(sentTo('refused'), 'delivered');
}

async function hide(): Promise<void> {
  const { kind } = stage.server;
  const meeting = { company, kind, alice, bob: to('hidden') };
  const phone = await comeHidden(meeting, 'directed unavailable');
  alice.ask(to('hidden'), 'm1');
  await phone.waitForMessage('m1');
}

async function block(): Promise<void> {
  const phone = await company.enter(`${to('blocked')}/phone`);
  await phone.block(ALICE);
  alice.ask(phone.jid, 'm1');
  await stage.expectStatus(sentTo('blocked'), 'accepted');
}

async function queried(recipient: string, id = 'm1'): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id, recipient });
  return String(await alice.request(element('iq', { type: 'get', to: COMPONENT }, query)));
}

/** With the names, ids of stanzas and times taken out. */
function bare(text: string, cause: Cause): string {
  return text
    .replaceAll(to(cause), 'RECIPIENT')
    .replaceAll(/ id=(['"])(?!m1['"])[^'"]*/g, ' id=$1ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'STAMP')
    .replaceAll(/\d\d:\d\d/g, 'TIME');
}

/** One answer for all causes; if there are several, they are seen. */
function one(answers: readonly string[]): string {
  expect(answers).toEqual(answers.map(() => answers[0]));
  return answers[0] ?? '';
}

test('after the limit a query is answered expired in equal words, whatever the cause', async () => {
  const answers: string[] = [];
  for (const cause of causes) {
    await expect.poll(() => queried(to(cause)), { timeout: PATIENCE_MS }).toContain('expired');
    answers.push(bare(await queried(to(cause)), cause));
  }
  expect(one(answers)).toContain('status="expired"');
});

test('the time in the answer is that of the message and the limit alone, whatever the cause', async () => {
  for (const cause of causes) {
    await expect.poll(() => queried(to(cause)), { timeout: PATIENCE_MS }).toContain('expired');
    const facts = await stage.factsOf(sentTo(cause));
    const accepted = facts.find(({ kind }) => kind === 'accepted');
    const due = Math.floor(((accepted?.at ?? 0) / 1000 + EXPIRE_MS) / 1000) * 1000;
    const at = new Date(due).toISOString().replace('.000Z', 'Z');
    expect(await queried(to(cause))).toContain(at);
  }
});

test('after the limit the bot answers in equal words, whatever the cause', async () => {
  const answers: string[] = [];
  for (const cause of causes) {
    await expect.poll(() => queried(to(cause)), { timeout: PATIENCE_MS }).toContain('expired');
    answers.push(bare(await say(alice, `status ${to(cause)}`), cause));
  }
  // What alice sees in her own contacts anyway, and nothing else (docs/decisions/0031).
  const unseen = `\n${en.why.presenceNotSeen('RECIPIENT')}`;
  expect(answers.filter((answer) => answer.endsWith(unseen))).toHaveLength(1);
  expect(answers[causes.indexOf('stranger')]).toContain(unseen);
  expect(one(answers.map((answer) => answer.replace(unseen, '')))).toContain('RECIPIENT');
});

test('after the limit "why" is answered in equal words, whatever the cause', async () => {
  const answers: string[] = [];
  for (const cause of causes) {
    await expect.poll(() => queried(to(cause)), { timeout: PATIENCE_MS }).toContain('expired');
    answers.push(bare(await say(alice, `why ${to(cause)}`), cause));
  }
  const [unseen, others] = [en.why.presenceNotSeen('RECIPIENT'), en.why.nothingMore];
  expect(answers[causes.indexOf('stranger')]).toContain(unseen);
  expect(answers.filter((answer) => answer.includes(others))).toHaveLength(causes.length - 1);
  expect(one(answers.map((answer) => answer.replace(unseen, others)))).toMatch(/^Expired: /);
});

test('nobody is told unasked that such a message has expired', async () => {
  for (const cause of causes)
    await expect.poll(() => queried(to(cause)), { timeout: PATIENCE_MS }).toContain('expired');
  expect(toldAbout(alice, 'm1')).toEqual([]);
});

test('a query about a message that was never sent is answered in equal words, whatever the recipient does', async () => {
  const answers: string[] = [];
  for (const cause of causes) answers.push(bare(await queried(to(cause), 'never-sent'), cause));
  expect(one(answers)).toContain('item-not-found');
});
