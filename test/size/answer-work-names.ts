/** What is done about questions with very many messages. */
export const ANSWER_WORK_NAMES = [
  'the question is put',
  'a question that did not arrive is taken back',
  'the questions are listed',
  'all of 10,000 messages are answered',
  'all of 40,000 messages are answered',
  'another policy closes a question about 40,000 messages',
] as const;

export type AnswerWorkName = (typeof ANSWER_WORK_NAMES)[number];
