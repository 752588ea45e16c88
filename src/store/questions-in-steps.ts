import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BareJid } from '../message/jid.ts';
import type { AskedMessage, AskingStore, QuestionStore } from './question-store.ts';
import type { Transactions } from './store-over-adapter.ts';

/**
 * Maximum number of messages of one question in one transaction. A question can be about many ten
 * thousands of messages, and others must have their turn.
 */
const STEP = 1000;

/** What is marked before the last step counts as shown a moment early, as if lent already. */
export function askingIn({ write }: Transactions): AskingStore {
  return {
    claim: async (claim) => {
      await repeat(() =>
        write(async ({ longQuestions }) => longQuestions.showSomeDue(claim, STEP)),
      );
      return write(async ({ asking }) => asking.claim(claim));
    },
    settle: (recipient, numbers) => write(async ({ asking }) => asking.settle(recipient, numbers)),
    unask: async (recipient, numbers, at) => {
      await repeat(() =>
        write(async (rows) => rows.longQuestions.hideSome(recipient, numbers, STEP)),
      );
      return write(async ({ asking }) => asking.unask(recipient, numbers, at));
    },
  };
}

export function questionsIn({ read, write }: Transactions): QuestionStore {
  return {
    waiting: (recipient) => read(async ({ questions }) => questions.waiting(recipient)),
    show: async (recipient) => {
      await repeat(() =>
        write(async ({ longQuestions }) => longQuestions.showSome(recipient, STEP)),
      );
      return write(async ({ questions }) => questions.show(recipient));
    },
    waitingForAll: (about, limit) =>
      read(async ({ questions }) => questions.waitingForAll(about, limit)),
    remind: (recipient, numbers, at) =>
      write(async ({ questions }) => questions.remind(recipient, numbers, at)),
    shownOf: (recipient, number) =>
      all((after) =>
        read(async ({ longQuestions }) =>
          longQuestions.shownPage({ recipient, number }, after, STEP),
        ),
      ),
    messagesOf: (recipient) =>
      all((after) =>
        read(async ({ longQuestions }) => longQuestions.messagesPage(recipient, after, STEP)),
      ),
  };
}

async function repeat(step: () => Promise<boolean>): Promise<void> {
  while (await step()) await nextTurn();
}

/** The place before every message: where the first page begins. */
const BEFORE_ALL: AskedMessage = {
  key: { sender: '' as BareJid, recipient: '' as BareJid, id: '' },
  position: -1,
};

async function all(
  pageAfter: (after: AskedMessage) => Promise<readonly AskedMessage[]>,
): Promise<readonly AskedMessage[]> {
  const found: AskedMessage[] = [];
  for (let after: AskedMessage | undefined = BEFORE_ALL; after !== undefined; ) {
    const page: readonly AskedMessage[] = await pageAfter(after);
    found.push(...page);
    after = page.length < STEP ? undefined : page.at(-1);
    if (after !== undefined) await nextTurn();
  }
  return found;
}
