import { describe, expect, test } from 'vitest';
import { ALICE, accepted, BOB, DAY, fact, keyOf, SECOND } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import { actsOn, CAROL, DAVE, DAY_MS, LEASE_UNTIL, STORED, type Subject } from './acts.ts';
import { questionActsOn, said } from './question-acts.ts';

/** How questions are put, answered and given up. */
export function questionAnswersContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);

  const { ask, answer, claim, waiting, shown, manual } = questionActsOn(subject);

  describe('questions', () => {
    test('an operator sees the questions that wait for anybody', async () => {
      await manual();
      await ask('m1');
      const [question, ...others] = await current().questions.waitingForAll(undefined, 10);
      expect(question).toMatchObject({ recipient: BOB, number: 1, sender: ALICE });
      expect(question?.next).toBeGreaterThanOrEqual(NOW);
      expect(others).toEqual([]);
      expect(await current().questions.waitingForAll(undefined, 0)).toEqual([]);
      for (const about of [ALICE, BOB])
        expect(await current().questions.waitingForAll(about, 10)).toEqual([question]);
      expect(await current().questions.waitingForAll(CAROL, 10)).toEqual([]);
    });

    test('a question that was put is due at no time', async () => {
      await manual();
      await ask('m1');
      await claim();
      await current().asking.settle(BOB, [1]);
      const [question] = await current().questions.waitingForAll(undefined, 10);
      expect(question).toMatchObject({ number: 1, next: undefined });
    });

    describe('lent questions', () => {
      test('a question that is lent is not lent again until the lease is over', async () => {
        await manual();
        await ask('m1');
        const first = await claim();
        expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
        expect(await claim({ now: LEASE_UNTIL })).toMatchObject(
          first.map(({ recipient }) => ({ recipient })),
        );
      });

      test('a question stays lent while the same recipient is asked something else', async () => {
        await manual();
        await ask('m1');
        await claim();
        await ask('m2');
        const [asking] = await claim();
        expect(asking).toMatchObject({ waiting: 2 });
        expect(asking?.questions.map(said)).toEqual(['2 alice 1']);
      });

      test('a question is not asked again after it is settled', async () => {
        await manual();
        await ask('m1');
        await claim();
        await current().asking.settle(BOB, [1, 7]);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
        expect(await waiting()).toEqual(['1 alice 1']);
      });

      test('only questions to recipients who may be asked now are lent, and no more than the limit', async () => {
        await manual();
        await choose(CAROL, { policy: 'manual' });
        await ask('m1');
        await tell(keyOf('m1', ALICE, CAROL), [accepted(), fact('acked', 1)]);
        expect((await claim({ except: [BOB] })).map(({ recipient }) => recipient)).toEqual([CAROL]);
        expect(await claim({ maxRecipients: 0 })).toEqual([]);
        expect((await claim()).map(({ recipient }) => recipient)).toEqual([BOB]);
      });

      test('questions wait for others of the same recipient, and all are sent when the first is due', async () => {
        await manual();
        await ask('m1', { questionDelay: 3000 });
        await ask('m2', { questionDelay: 3000, now: NOW + 2000 });
        expect(await claim({ now: NOW + 2999, dueUntil: NOW + 5999 })).toEqual([]);
        const [asking] = await claim({ now: NOW + 3000, dueUntil: NOW + 6000 });
        expect(asking?.questions.map(said)).toEqual(['1 alice 1', '2 alice 1']);
      });

      test('questions are asked again when the recipient wants to be reminded', async () => {
        await manual();
        await ask('m1');
        await claim();
        await current().asking.settle(BOB, [1]);
        await current().questions.remind(BOB, [1, 7, 2 ** 40], NOW + 500);
        expect(await claim({ now: NOW + 499, dueUntil: NOW + 499 })).toEqual([]);
        const [asking] = await claim({ now: NOW + 500, dueUntil: NOW + 500 });
        expect(asking?.questions.map(said)).toEqual(['1 alice 1']);
      });
    });

    describe('answers are about what was shown', () => {
      test('an answer before the question was asked is about nothing', async () => {
        await manual();
        await ask('m1');
        expect(await shown(1)).toEqual([]);
        expect((await current().questions.waiting(BOB))[0]?.shown).toBe(0);
        await claim();
        expect(await shown(1)).toEqual(['m1']);
        expect((await current().questions.waiting(BOB))[0]?.shown).toBe(1);
      });

      test('an answer is not about messages that joined later: they are asked about when the rest is answered', async () => {
        await manual();
        for (const id of ['m1', 'm2', 'm3']) await ask(id);
        await claim();
        await current().asking.settle(BOB, [1, 2, 3]);
        await ask('m4', { after: SECOND });
        await ask('m5', { after: 2 * SECOND });
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
        expect(await shown(3)).toEqual(['m3']);
        expect((await current().questions.waiting(BOB))[2]).toMatchObject({
          messages: 3,
          shown: 1,
        });
        await answer('m3');
        expect(await shown(3)).toEqual([]);
        const [asking] = await claim();
        expect(asking?.questions.map(said)).toEqual(['3 alice 2']);
        expect(await shown(3)).toEqual(['m4', 'm5']);
      });

      test('when one message of a question is answered, the others stay shown', async () => {
        await manual();
        for (const id of ['m1', 'm2', 'm3', 'm4']) await ask(id);
        await claim();
        await current().asking.settle(BOB, [1, 2, 3]);
        await answer('m3');
        expect(await shown(3)).toEqual(['m4']);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      });

      test('a question that was shown in the list of all that wait can be answered, and need not be asked', async () => {
        await manual();
        await ask('m1');
        await ask('d1', { sender: DAVE });
        expect((await current().questions.show(BOB)).map(said)).toEqual(['1 alice 1', '2 dave 1']);
        expect(await shown(2)).toEqual(['d1']);
        expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      });

      test('a question shows its messages oldest first', async () => {
        await manual();
        for (const [index, id] of ['a', 'b', 'e', 'd', 'c'].entries())
          await ask(id, { after: -index * SECOND });
        await claim();
        expect(await shown(3)).toEqual(['c', 'd', 'e']);
        expect(
          (await current().questions.messagesOf(BOB)).map(({ key }) => key.id).toSorted(),
        ).toEqual(['a', 'b', 'c', 'd', 'e']);
      });
    });

    describe('unanswered questions', () => {
      const limits = { now: NOW, before: 0, unacceptedBefore: 0, maxUnaccepted: 10 };

      test('questions that nobody answers go after a while, and are not asked again', async () => {
        await manual();
        await ask('m1');
        await ask('m2', { now: NOW + 1 });
        await current().upkeep.prune({ ...limits, questionsBefore: NOW });
        expect(await waiting()).toEqual(['1 alice 1', '2 alice 1']);
        await current().upkeep.prune({ ...limits, questionsBefore: NOW + 1 });
        expect(await waiting()).toEqual(['2 alice 1']);
        await tell(keyOf('m1'), [fact('acked', 3)]);
        expect(await waiting()).toEqual(['2 alice 1']);
        expect((await current().records.find(keyOf('m1')))?.tracked.key).toEqual(keyOf('m1'));
      });

      test('questions that nobody answers are removed with their messages', async () => {
        await manual();
        await ask('m1');
        await ask('m2', { after: 5 * DAY, now: NOW + 5 * DAY_MS });
        await current().upkeep.prune({ ...limits, before: NOW + 1, questionsBefore: 0 });
        expect(await waiting()).toEqual(['2 alice 1']);
        const later = NOW + 5 * DAY_MS;
        const [asking] = await claim({ now: later, dueUntil: later });
        expect(asking?.questions.map(said)).toEqual(['2 alice 1']);
      });

      test('questions that were asked lately are removed with their old messages', async () => {
        await manual();
        await tell(keyOf('m1'), STORED);
        await tell(keyOf('m1'), [fact('acked', 5 * DAY)], { now: NOW + 5 * DAY_MS });
        await current().upkeep.prune({ ...limits, before: NOW + 1, questionsBefore: 0 });
        expect(await waiting()).toEqual([]);
        expect(await claim({ now: NOW + 5 * DAY_MS, dueUntil: NOW + 5 * DAY_MS })).toEqual([]);
        expect((await current().upkeep.backlog()).questions).toBe(0);
      });
    });
  });
}
