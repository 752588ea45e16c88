import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import {
  MAX_FROM_STRANGERS,
  MAX_PER_RECIPIENT,
  MAX_PER_SENDER,
} from '../../../src/store/question-store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';
import { actsOn, CAROL, DAVE, type Subject } from './acts.ts';
import { questionActsOn, said } from './question-acts.ts';

/** When somebody is asked, and how much. */
export function questionsContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);

  describe('questions', () => {
    const { ask, answer, claim, waiting, shown, manual } = questionActsOn(subject);

    test('a question is asked when a message reached a device, and names who sent it and when', async () => {
      await manual();
      await tell(keyOf('m1'), [accepted()]);
      expect(await waiting()).toEqual([]);
      await tell(keyOf('m1'), [fact('acked', 1)]);
      await tell(keyOf('m1'), [fact('acked', 2)]);
      expect(await claim()).toMatchObject([
        {
          recipient: BOB,
          questions: [{ number: 1, sender: ALICE, messages: 1, from: T0, to: T0 }],
          waiting: 1,
        },
      ]);
    });

    test('a question names the times of day of its messages, where the clock of the server differs', async () => {
      await manual();
      for (const index of [0, 1, 2, 3]) {
        const came = { ...accepted(index * SECOND), time: T0 + index * SECOND - DAY };
        await tell(keyOf(`m${index}`), [came, fact('acked', index * SECOND + 1)]);
      }
      const times = { from: T0 + 2 * SECOND - DAY, to: T0 + 3 * SECOND - DAY };
      const [first, , last] = await current().questions.waiting(BOB);
      expect(first).toMatchObject({ from: T0 - DAY, to: T0 - DAY });
      expect(last).toMatchObject(times);
      expect((await claim())[0]?.questions.at(-1)).toMatchObject(times);
      expect((await current().questions.show(BOB)).at(-1)).toMatchObject(times);
      expect((await current().questions.shownOf(BOB, 3)).map(({ position }) => position)).toEqual([
        T0 + 2 * SECOND,
        T0 + 3 * SECOND,
      ]);
    });

    test('a recipient whose policy is not manual is asked nothing', async () => {
      await ask('m1');
      expect(await waiting()).toEqual([]);
      expect(await claim()).toEqual([]);
      expect(await waiting()).toEqual([]);
    });

    test('questions about several senders are asked together, and each recipient is asked apart', async () => {
      await manual();
      await choose(CAROL, { policy: 'manual' });
      await ask('m1');
      await ask('d1', { sender: DAVE });
      await tell(keyOf('m1', ALICE, CAROL), [accepted(), fact('acked', 1)]);
      const askings = await claim();
      expect(askings.map(({ recipient, questions }) => [recipient, questions.map(said)])).toEqual([
        [BOB, ['1 alice 1', '2 dave 1']],
        [CAROL, ['1 alice 1']],
      ]);
    });

    test('a question closes with its answer, and its number rests, so that no old answer meets another question', async () => {
      await manual();
      await ask('m1');
      await ask('d1', { sender: DAVE });
      await answer('m1');
      expect(await waiting()).toEqual(['2 dave 1']);
      await ask('c1', { sender: CAROL });
      expect(await waiting()).toEqual(['2 dave 1', '3 carol 1']);
    });

    test('the questions about one sender are limited; further messages join the last one', async () => {
      await manual();
      for (let index = 0; index < 10; index += 1) await ask(`m${index}`, { after: index * SECOND });
      expect(await waiting()).toHaveLength(MAX_PER_SENDER);
      expect(await waiting()).toEqual(['1 alice 1', '2 alice 1', '3 alice 8']);
      const [, , last] = await current().questions.waiting(BOB);
      expect(last).toMatchObject({ from: T0 + 2 * SECOND, to: T0 + 9 * SECOND });
    });

    test('the questions to one recipient are limited; further ones are not asked', async () => {
      await manual();
      const senders = Array.from({ length: 40 }, (_, n) => `s${n}@example.org` as BareJid);
      const news = senders.flatMap((sender) =>
        ['m1', 'm2', 'm3', 'm4'].map((id) => ({
          key: keyOf(id, sender),
          facts: [accepted(), fact('acked', 1)],
        })),
      );
      await current().records.update(news, judging());
      expect(await waiting()).toHaveLength(MAX_PER_RECIPIENT);
      const [asking] = await claim();
      expect(asking?.waiting).toBe(MAX_PER_RECIPIENT);
    });

    test('questions about strangers have a lower limit, so that there is room for those about contacts', async () => {
      await manual();
      const news = Array.from({ length: MAX_PER_RECIPIENT }, (_, index) => ({
        key: keyOf('m1', `stranger-${index}@example.net` as BareJid),
        facts: [accepted(index, { maySee: false }), fact('acked', index + 1)],
      }));
      await current().records.update(news, judging());
      expect(await waiting()).toHaveLength(MAX_FROM_STRANGERS);
      await ask('m2');
      expect(await waiting()).toHaveLength(MAX_FROM_STRANGERS + 1);
    });

    test('questions go when the recipient does not want to be asked any more, at the next look', async () => {
      await manual();
      await ask('m1');
      await choose(BOB, { policy: 'client' });
      expect(await current().questions.messagesOf(BOB)).toEqual([
        { key: keyOf('m1'), position: T0 },
      ]);
      await tell(keyOf('m1'), []);
      expect(await waiting()).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test('questions start with the first number again, when none was used for an hour', async () => {
      await manual();
      await ask('m1');
      await answer('m1');
      await ask('m2', { now: NOW + 3_600_001 });
      expect(await waiting()).toEqual(['1 alice 1']);
    });

    test('a question that did not reach the recipient is asked again, as if it was never shown', async () => {
      await manual();
      await ask('m1');
      await claim();
      await current().asking.settle(BOB, [1]);
      await current().asking.unask(BOB, [1, 7], NOW + 500);
      expect(await shown(1)).toEqual([]);
      expect(await claim({ now: NOW + 499, dueUntil: NOW + 499 })).toEqual([]);
      const again = await claim({ now: NOW + 500, dueUntil: NOW + 500 });
      expect(again).toMatchObject([{ questions: [{ number: 1 }] }]);
    });

    test('a question loses the messages that waited too long, and asks about those that joined late', async () => {
      await manual();
      for (const id of ['m1', 'm2', 'm3', 'm4']) await ask(id, { after: Number(id.slice(1)) });
      await claim();
      await current().asking.settle(BOB, [1, 2, 3]);
      await ask('late', { after: 9, now: NOW + 1000 });
      const limits = { now: NOW + 2000, before: 0, unacceptedBefore: 0, maxUnaccepted: 100 };
      await current().upkeep.prune({ ...limits, questionsBefore: NOW + 1 });
      expect(await waiting()).toEqual(['3 alice 1']);
      const due = { now: NOW + 2000, dueUntil: NOW + 2000 };
      expect(await claim(due)).toMatchObject([{ questions: [{ number: 3, messages: 1 }] }]);
    });

    test('a question is asked again for a new message under the same id', async () => {
      await manual();
      await ask('m1');
      await claim();
      await ask('m1', { after: 2 * HOUR });
      expect(await shown(1)).toEqual([]);
      expect(await claim()).toMatchObject([{ questions: [{ number: 2, from: T0 + 2 * HOUR }] }]);
    });
  });
}
