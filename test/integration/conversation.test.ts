import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { asked, askedByBot, command, react, say, ticksFor } from '../support/bot-chat.ts';
import { type Client, type LoginOptions, login } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { expectLasting } from '../support/lasting.ts';
import {
  AFTER_GRACE_MS,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'talk.test';
const OTHER = 'other.test';

/** Questions of that long travel in one message. */
const GATHER_MS = 400;
/** The asker looks every second; by now everything due was asked. */
const AFTER_ASKING_MS = 2500;

interface Pair {
  readonly alice: Client;
  readonly bob: Client;
}

describe.concurrent('questions', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }, { name: OTHER }],
      questions: { gatherMs: GATHER_MS },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** A sender, and a recipient under `manual`, who see each other's presence. */
  async function meet(name: string, options: Partial<LoginOptions> = {}): Promise<Pair> {
    const alice = await company.enter(`alice-${name}@${HOST}/pc`);
    const bob = await company.enter(`bob-${name}@${HOST}/phone`, options);
    await company.befriend(alice, bob);
    expect(await say(bob, 'policy manual')).toContain('Your policy is manual');
    return { alice, bob };
  }

  /** The message arrives, its sender knows that it went out, and the recipient is asked; resolves with the question. */
  async function put({ alice, bob }: Pair, id: string): Promise<string> {
    alice.ask(bob.bareJid, id);
    await waitForReceipt(alice, id, 'sent');
    return asked(bob);
  }

  /** What the sender has in the end of a message: by whom it was ticked, and our receipts. */
  async function expectLearned(
    { alice, bob }: Pair,
    id: string,
    expected: { readonly ticks: number; readonly told: readonly string[] },
  ): Promise<void> {
    const learned = () => ({ ticks: ticksFor(alice, id), told: toldAbout(alice, id) });
    const ticks = Array<string>(expected.ticks).fill(bob.bareJid);
    await expectLasting(learned, { ...expected, ticks }, AFTER_GRACE_MS);
  }

  test('a question says who asks and of when, and a yes gives the sender the tick and a receipt', async () => {
    const pair = await meet('yes', { autoReceipt: true });
    const question = await put(pair, 'm1');
    expect(question).toContain(pair.alice.bareJid);
    expect(question).toMatch(/the message of \d\d:\d\d UTC[-+:0-9]*\.\nAnswer yes, no or later\./);
    await expectLearned(pair, 'm1', { ticks: 0, told: ['sent'] });
    expect(await say(pair.bob, 'Yes!')).toContain(`${pair.alice.bareJid} will learn`);
    const receipt = await waitForReceipt(pair.alice, 'm1', 'confirmed');
    expect(receipt.attrs).toMatchObject({ evidence: 'person', recipient: pair.bob.bareJid });
    await expectLearned(pair, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
    expect(await say(pair.bob, 'yes')).toContain('No question waits');
    await expectLearned(pair, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
    expect(askedByBot(pair.bob)).toHaveLength(1);
  });

  test('after a no the sender is told nothing', async () => {
    const pair = await meet('no');
    await put(pair, 'm1');
    expect(await say(pair.bob, 'no')).toContain('gets no receipt');
    await expectLearned(pair, 'm1', { ticks: 0, told: ['sent'] });
    // Whoever sends it again, or whose client answers once more, is not asked again.
    pair.alice.ask(pair.bob.bareJid, 'm1');
    pair.bob.answer(pair.alice.bareJid, 'm1');
    await expectLearned(pair, 'm1', { ticks: 0, told: ['sent'] });
    expect(await say(pair.bob, 'questions')).toContain('No question waits');
    expect(askedByBot(pair.bob)).toHaveLength(1);
  });

  test('a recipient without XEP-0198 is asked about a message with a strange id, and a yes is told', async () => {
    const pair = await meet('old', { acks: 'off' });
    const id = 'an "id"\t<&> 是';
    pair.alice.ask(pair.bob.bareJid, id, { type: 'normal' });
    await asked(pair.bob);
    await say(pair.bob, '是');
    await waitForReceipt(pair.alice, id, 'confirmed');
    await pair.alice.waitUntil(() => ticksFor(pair.alice, id).length === 1);
  });

  test('after a no the sender is told so if the recipient wants it', async () => {
    const pair = await meet('declines');
    expect(await say(pair.bob, 'declined tell')).toContain('the sender is told');
    await put(pair, 'm1');
    await say(pair.bob, 'no');
    expect((await waitForReceipt(pair.alice, 'm1', 'declined')).attrs['evidence']).toBe('person');
    await expectLearned(pair, 'm1', { ticks: 0, told: ['sent', 'declined'] });
  });

  test('a 👍 under the question gives the sender the tick, whatever was said in between', async () => {
    const pair = await meet('thumb');
    await put(pair, 'm1');
    await say(pair.bob, 'policy');
    expect(await react(pair.bob, '👍')).toContain(`${pair.alice.bareJid} will learn`);
    await expectLearned(pair, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
  });

  test('several questions come in one message, and each is answered by its number', async () => {
    const { alice, bob } = await meet('several');
    const others = await Promise.all(
      ['carol', 'dave'].map((name) => company.enter(`${name}-several@${HOST}/pc`)),
    );
    const senders = [alice, ...others];
    for (const other of others) await company.befriend(other, bob);
    for (const sender of senders) sender.ask(bob.bareJid, 'm1');
    for (const sender of senders) await waitForReceipt(sender, 'm1', 'sent');
    const question = await asked(bob);
    const numbers = numbersIn(question);
    expect([...numbers.keys()].sort()).toEqual(senders.map((it) => it.bareJid).sort());
    expect(question).toMatch(
      /Answer for instance “yes \S+”, “no \S+” or “later all”\.\nFor good: “always for \S+” or “never for \S+”\.$/,
    );

    expect(numbersIn(await say(bob, 'yes'))).toEqual(numbers);
    expect(await say(bob, 'yes 7')).toContain('There is no question 7');
    expect(senders.flatMap((sender) => ticksFor(sender, 'm1'))).toEqual([]);

    await say(bob, `yes ${numbers.get(alice.bareJid)}`);
    await expectLearned({ alice, bob }, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
    expect(others.flatMap((sender) => ticksFor(sender, 'm1'))).toEqual([]);
    await say(bob, 'yes all');
    for (const other of others)
      await expectLearned({ alice: other, bob }, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
    expect(askedByBot(bob)).toHaveLength(1);
  });

  test('a question is closed once an answer of the recipient’s client got through', async () => {
    const pair = await meet('meanwhile');
    await put(pair, 'm1');
    pair.bob.answer(pair.alice.bareJid, 'm1');
    await say(pair.bob, 'policy client');
    expect(await say(pair.bob, 'questions')).toContain(pair.alice.bareJid);
    pair.bob.answer(pair.alice.bareJid, 'm1');
    await pair.alice.waitUntil(() => ticksFor(pair.alice, 'm1').length > 0);
    await sleep(300);
    expect(await say(pair.bob, 'yes')).toContain('No question waits');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(pair.alice, 'm1')).toEqual([pair.bob.jid]);
    expect(toldAbout(pair.alice, 'm1')).toEqual(['sent']);
  });

  test('a question that waits is closed when the recipient chooses to refuse all', async () => {
    const pair = await meet('refuses');
    await put(pair, 'm1');
    await say(pair.bob, 'policy refuse');
    expect(await say(pair.bob, 'yes')).toContain('No question waits');
    await say(pair.bob, 'policy manual');
    expect(await say(pair.bob, 'questions')).toContain('No question waits');
    await expectLearned(pair, 'm1', { ticks: 0, told: ['sent'] });
  });

  test('a recipient is asked about a message that came before, if the answer to it was stopped', async () => {
    const alice = await company.enter(`alice-before@${HOST}/pc`);
    const bob = await company.enter(`bob-before@${HOST}/phone`);
    await company.befriend(alice, bob);
    alice.ask(bob.bareJid, 'm1');
    await stage.expectStatus({ from: alice.bareJid, to: bob.bareJid, id: 'm1' }, 'delivered');
    await say(bob, 'policy manual');
    bob.answer(alice.bareJid, 'm1');
    expect(await asked(bob)).toContain(alice.bareJid);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    await say(bob, 'yes');
    await waitForReceipt(alice, 'm1', 'confirmed');
  });

  test('a recipient is asked or not by the policy for the contact, else by that for the domain', async () => {
    const { alice, bob } = await meet('excepts', { autoReceipt: true });
    const carol = await company.enter(`carol-excepts@${HOST}/pc`);
    const dave = await company.enter(`dave-excepts@${OTHER}/pc`);
    const erin = await company.enter(`erin-excepts@${OTHER}/pc`);
    for (const other of [carol, dave, erin]) await company.befriend(other, bob);
    await say(bob, `policy for ${carol.bareJid} client`);
    await say(bob, `policy for ${OTHER} refuse`);
    const said = await say(bob, `policy for ${erin.bareJid} manual`);
    for (const peer of [`${carol.bareJid}: client`, `${OTHER}: refuse`, `${erin.bareJid}: manual`])
      expect(said).toContain(peer);
    for (const sender of [alice, carol, dave, erin]) sender.ask(bob.bareJid, 'm1');
    const question = await asked(bob);
    expect([alice, carol, dave, erin].filter((it) => question.includes(it.bareJid))).toEqual([
      alice,
      erin,
    ]);
    await expectLasting(() => ticksFor(carol, 'm1'), [bob.jid], AFTER_GRACE_MS);
    expect([alice, dave, erin].flatMap((sender) => ticksFor(sender, 'm1'))).toEqual([]);
    expect(toldAbout(dave, 'm1')).toEqual([]);
  });

  test('a question comes on every device, and is answered once on any of them', async () => {
    const pair = await meet('devices', { carbons: true });
    const tablet = await company.enter(`${pair.bob.bareJid}/tablet`, { carbons: true });
    expect(await put(pair, 'm1')).toBe(await asked(tablet));
    await say(tablet, 'yes');
    expect(await say(pair.bob, 'no')).toContain('No question waits');
    await expectLearned(pair, 'm1', { ticks: 1, told: ['sent', 'confirmed'] });
    const copies = pair.bob.received.filter((it) => it.getChild('sent', 'urn:xmpp:carbons:2'));
    expect(copies.map((it) => it.toString()).join()).toContain('>yes<');
  });

  test('a recipient who was away is asked when the message has arrived', async () => {
    const pair = await meet('away');
    await pair.bob.close();
    pair.alice.ask(pair.bob.bareJid, 'm1');
    await waitForReceipt(pair.alice, 'm1', 'stored');
    await sleep(AFTER_ASKING_MS);
    const bob = await company.enter(pair.bob.jid);
    expect(await asked(bob)).toContain(pair.alice.bareJid);
    expect(askedByBot(bob)).toHaveLength(1);
    await say(bob, 'yes');
    await waitForReceipt(pair.alice, 'm1', 'confirmed');
  });

  test.each(['yes', 'no', 'later'])(
    'an ad-hoc command answers %s to a question as chat does',
    async (answer) => {
      const pair = await meet(`form-${answer}`);
      await say(pair.bob, 'declined tell');
      await put(pair, 'm1');
      const shown = (await command(pair.bob, 'questions')).getChild('command');
      expect(shown?.attrs['status']).toBe('executing');
      expect(shown?.toString()).toContain(pair.alice.bareJid);
      const done = (await command(pair.bob, 'questions', { question: '1', answer })).getChild(
        'command',
      );
      expect(done?.attrs['status']).toBe('completed');
      const told = { yes: ['sent', 'confirmed'], no: ['sent', 'declined'], later: ['sent'] }[
        answer
      ];
      await expectLearned(pair, 'm1', { ticks: answer === 'yes' ? 1 : 0, told: told ?? [] });
      const waiting = await say(pair.bob, 'questions');
      expect(waiting.includes(pair.alice.bareJid)).toBe(answer === 'later');
    },
  );

  test('an ad-hoc command sets the policy as chat does', async () => {
    const pair = await meet('form', { autoReceipt: true });
    await command(pair.bob, 'contact-policy', { contact: pair.alice.bareJid, policy: 'client' });
    expect(await say(pair.bob, 'policy')).toContain(`${pair.alice.bareJid}: client`);
    pair.alice.ask(pair.bob.bareJid, 'm1');
    await pair.alice.waitUntil(() => ticksFor(pair.alice, 'm1').length > 0);
    await command(pair.bob, 'policy', { policy: 'refuse', 'tell-declined': 'true' });
    expect(await say(pair.bob, 'policy')).toContain('Your policy is refuse');
    expect(await stage.store.preferences.get(pair.bob.bareJid as BareJid)).toMatchObject({
      policy: 'refuse',
      exceptions: { [pair.alice.bareJid]: 'client' },
    });
  });
});

describe('unanswered questions', () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    for (const user of ['alice', 'bob']) await stage.server.register(`${user}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `alice@${HOST}/pc`, port });
    bob = await login({ jid: `bob@${HOST}/phone`, port });
    await say(bob, 'policy manual');
  });

  afterAll(() => stage?.dispose());

  test('a question that is not answered expires, and nobody is told', async () => {
    alice.ask(bob.bareJid, 'm1');
    await waitForReceipt(alice, 'm1', 'sent');
    await asked(bob);
    const since = [alice.mark(), bob.mark()];
    const now = Date.now();
    const never = { before: 0, unacceptedBefore: 0, maxUnaccepted: 1000 };
    await stage.store.upkeep.prune({ ...never, now, questionsBefore: now });
    await sleep(AFTER_ASKING_MS);
    expect([alice.mark(), bob.mark()]).toEqual(since);
    expect(await say(bob, 'yes')).toContain('No question waits');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    expect(toldAbout(alice, 'm1')).toEqual(['sent']);
  });

  test('a question that is put off is asked again an hour later, and a yes is possible meanwhile', async () => {
    alice.ask(bob.bareJid, 'm2');
    await asked(bob);
    expect(await say(bob, 'later')).toContain('I will ask you');
    const since = bob.mark();
    await sleep(AFTER_ASKING_MS);
    expect(askedByBot(bob)).toHaveLength(2);
    expect(bob.mark()).toBe(since);
    const inAnHour = Date.now() + 3_600_000;
    const claim = { now: inAnHour, leaseUntil: 0, dueUntil: inAnHour, except: [] };
    const due = await stage.store.asking.claim({ ...claim, maxRecipients: 10 });
    expect(due.map(({ recipient }) => recipient)).toEqual([bob.bareJid]);
    await say(bob, 'yes');
    await waitForReceipt(alice, 'm2', 'confirmed');
    await alice.waitUntil(() => ticksFor(alice, 'm2').length === 1);
  });
});

describe('senders to whom a refusal is told', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    for (const user of ['friend', 'blocked', 'stranger', 'bob'])
      await stage.server.register(`${user}@${HOST}`);
    for (const user of ['friend', 'blocked'])
      await stage.server.befriend(`${user}@${HOST}`, `bob@${HOST}`);
  });

  afterAll(() => stage?.dispose());

  test.each(['online', 'offline'])(
    'a recipient who is %s and refuses all lets friends know it once, and no blocked user or stranger',
    async (where) => {
      const port = stage.server.ports.c2s;
      const id = `m-${where}`;
      const bob = await login({ jid: `bob@${HOST}/phone`, port, autoReceipt: true });
      await say(bob, 'policy refuse');
      await say(bob, 'declined tell');
      await bob.block(`blocked@${HOST}`);
      if (where === 'offline') await bob.close();
      const [friend, blocked, stranger] = await Promise.all(
        ['friend', 'blocked', 'stranger'].map((user) => login({ jid: `${user}@${HOST}/pc`, port })),
      );
      for (const sender of [friend, blocked, stranger]) sender?.ask(bob.bareJid, id);
      await sleep(AFTER_GRACE_MS);
      if (where === 'offline') await login({ jid: `bob@${HOST}/phone`, port, autoReceipt: true });
      const told = (client: Client | undefined) =>
        client === undefined ? undefined : [...toldAbout(client, id), ...ticksFor(client, id)];
      await expectLasting(() => told(friend), ['declined'], AFTER_GRACE_MS);
      expect(told(blocked)).toEqual([]);
      expect(told(stranger)).toEqual([]);
      await Promise.all([friend, blocked, stranger].map((client) => client?.close()));
    },
  );
});

/** What was asked, as senders and the numbers of their questions. */
function numbersIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^(\d)\. (\S+),/gm)].map(([, number = '', sender = '']) => [sender, number]),
  );
}
