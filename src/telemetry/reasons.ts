import type { HoldReason } from '../receipt/decision.ts';
import type { WithheldReason } from '../receipt/disclose.ts';
import type { NoQuestionReason } from '../receipt/question.ts';
import type { NoTickReason } from '../receipt/tick.ts';

export type Reason =
  | HoldReason
  | WithheldReason
  | NoTickReason
  | NoQuestionReason
  | 'not-then'
  | 'order'
  | 'wait'
  | 'ask';

export const REASONS_IN_ENGLISH: Readonly<Record<Reason, string>> = {
  'not-accepted': 'no server has said yet that it accepted the message',
  'sender-is-elsewhere': 'the sender is not a user of our domains',
  'nothing-to-tell': 'there is no news',
  'not-asked-for':
    'neither the sender nor the settings (“receipts.statuses”, “receipts.textStatuses”) ask for it',
  'already-told': 'the sender was told this or more before',
  'client-answered':
    'the recipient’s client has answered by itself, and the sender’s client shows it',
  'client-shows-it': 'the sender’s client shows it by itself (it asked for markers)',
  'server-told': 'the server has given its own error to the sender’s client',
  'words-off': 'the sender wants no words',
  mentioned: 'the sender was told of this contact today',
  'not-then': 'it was not to be told when it was new, by the choices of that time',
  'left-to-the-client': 'the recipient’s policy leaves it to their client',
  'recipient-decides': 'the recipient’s policy does not let the sender know it',
  'presence-not-shared': 'the sender may not see the recipient’s presence',
  'recipient-hides': 'the recipient hides from the sender',
  ticked: 'it was delivered already',
  'server-cannot': 'the recipient’s server cannot deliver it',
  'not-on-a-device': 'the message is not known to be on a device',
  'not-manual': 'the recipient’s policy is not "manual"',
  answered: 'the recipient has answered',
  order: 'it is ordered',
  wait: 'it waits, so that the client can answer first',
  ask: 'the recipient is to be asked',
};

/** A reason of a decision, in words. Of a newer daemon it may be unknown here. */
export const REASONS: Readonly<Record<string, string>> = REASONS_IN_ENGLISH;
