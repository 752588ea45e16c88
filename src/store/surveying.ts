import { foundAll } from './finding.ts';
import type { Transactions } from './store-over-adapter.ts';
import type { SurveyStore } from './survey-store.ts';

export function surveyIn({ read }: Transactions): SurveyStore {
  return {
    countBefore: (before, after, limit) =>
      read(async ({ survey }) => survey.countBefore(before, after, limit)),
    waitingReceipts: (sender, limit) =>
      read(async ({ survey }) => survey.waitingReceipts(sender, limit)),
    countOf: (account, after, limit) =>
      read(async ({ survey }) => {
        const { keys, end } = await survey.messagesOf(account, after, limit);
        return { messages: keys.length, end };
      }),
    messagesOf: (account, after, limit) =>
      read(async ({ survey, messages }) => {
        const { keys, end } = await survey.messagesOf(account, after, limit);
        return { found: await foundAll(messages, keys), end };
      }),
  };
}
