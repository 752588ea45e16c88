import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { command, heard, say } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { type Stage, startStage } from '../support/stage.ts';

const HOST = 'watching.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const CAROL = `carol@${HOST}`;

const TWO_SECONDS = element('report', {
  xmlns: 'xmpp-receipts:1',
  within: 'PT2S',
  until: 'displayed',
});

describe('a message that says how long silence is fine', { timeout: 60_000 }, () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    for (const jid of [ALICE, BOB, CAROL]) await stage.server.register(jid);
    for (const jid of [BOB, CAROL]) await stage.server.befriend(ALICE, jid);
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `${ALICE}/pc`, port });
    bob = await login({ jid: `${BOB}/phone`, port });
  });

  afterAll(() => stage?.dispose());

  /** Answers with what the bot says of it. */
  async function noticeOf(to: string, id: string): Promise<string> {
    const since = alice.mark();
    alice.ask(to, id, { extra: [TWO_SECONDS] });
    return heard(alice, since, 15_000);
  }

  test('brings a notice if nobody read it, and a reminder if the sender says so', async () => {
    expect(await noticeOf(BOB, 'unread')).toContain(`No sign so far that ${BOB} read`);
    const since = bob.mark();
    const answer = await say(alice, 'remind');
    expect(await heard(bob, since, 15_000)).toContain(`${ALICE} asks me to remind you`);
    expect(answer).toBe(`I remind ${BOB} if I can.`);
  });

  test('brings none if it was read in time', async () => {
    const since = alice.mark();
    alice.ask(BOB, 'read', { extra: [TWO_SECONDS] });
    await bob.waitForMessage('read');
    bob.displayed(ALICE, 'read');
    expect(await noticeOf(BOB, 'later')).toContain('No sign so far');
    const notices = alice.received
      .slice(since)
      .filter((it) => /No sign so far/.test(it.toString()));
    expect(notices).toHaveLength(1);
  });

  test('of a recipient who refuses, `remind` has the same answer and nothing is sent', async () => {
    const carol = await login({ jid: `${CAROL}/phone`, port: stage.server.ports.c2s });
    await say(carol, 'policy refuse');
    expect(await noticeOf(CAROL, 'refused')).toContain(`No sign so far that ${CAROL} read`);
    const since = carol.mark();
    expect(await say(alice, 'remind')).toBe(`I remind ${CAROL} if I can.`);
    const notSent = () => stage.counters['reminders not sent: policy'] ?? 0;
    await vi.waitUntil(() => notSent() === 1, 15_000);
    expect(carol.received.slice(since).map(String)).toEqual([]);
  });

  test('is watched, answered and asked about by forms', async () => {
    const message = `${BOB} by-form`;
    alice.ask(BOB, 'by-form');
    const sent = { from: ALICE, to: BOB, id: 'by-form' };
    await vi.waitUntil(() => stage.proofs(sent), 15_000);
    expect((await command(alice, 'watch')).toString()).toContain(`<value>${message}</value>`);
    const since = alice.mark();
    const fields = { message, goal: 'displayed', time: '2 seconds' };
    expect(noteIn(await command(alice, 'watch', fields))).toContain('I tell you if');
    expect(await heard(alice, since, 15_000)).toContain(`No sign so far that ${BOB} read`);
    const before = bob.mark();
    const said = noteIn(await command(alice, 'watches', { message, answer: 'remind' }));
    expect(said).toBe(`I remind ${BOB} if I can.`);
    expect(await heard(bob, before, 15_000)).toContain(`${ALICE} asks me to remind you`);
    const why = linesIn(await command(alice, 'why', { message }));
    expect(why).toBe(await say(alice, `why ${BOB}`));
    expect(noteIn(await command(alice, 'watches', { message, answer: 'drop' }))).toContain('Done');
  });

  test('each message to a contact is watched by a form', async () => {
    const rule = { contact: BOB, time: '2 seconds' };
    expect(noteIn(await command(alice, 'watch-contact', rule))).toContain(`each message to ${BOB}`);
    const since = alice.mark();
    alice.ask(BOB, 'by-rule');
    expect(await heard(alice, since, 15_000)).toContain(`No sign so far that ${BOB} read`);
    const off = { contact: BOB, length: 'off' };
    expect(noteIn(await command(alice, 'watch-contact', off))).toContain('are not watched');
  });
});

/** What the bot says to a form in several lines. */
function linesIn(answer: Element): string {
  const said = answer.getChild('command', 'http://jabber.org/protocol/commands');
  const lines = said?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  return lines.map((line) => line.getChildText('value')).join('\n');
}

/** What the bot says to a form in one line. */
function noteIn(answer: Element): string {
  const said = answer.getChild('command', 'http://jabber.org/protocol/commands');
  return said?.getChild('note')?.getText() ?? '';
}
