/** What is done with the big store. */
export const WORK_NAMES = [
  'accounts are deleted',
  'facts come',
  'a backlog is claimed',
  'claims pass over who must wait',
  'recipients are asked',
  'questions pass over who must wait',
  'policies are changed',
  'policies are read',
  'what waits is counted',
  'the last messages are looked up',
  'an operator counts what is older',
  'an operator reads all messages of a person',
  'an operator lists what waits',
  'the retention goes from 30 days to 7',
] as const;

export type WorkName = (typeof WORK_NAMES)[number];
