import type { BareJid } from '../../../src/message/jid.ts';
import type { Receipt } from '../../../src/receipt/receipt.ts';
import type { Question } from '../../../src/store/question-store.ts';
import { keyOf, MINUTE, T0 } from '../../support/facts.ts';

export const NOW = T0 / 1000;

export function receipt(messageAt = T0 - 18 * MINUTE): Receipt {
  return { key: keyOf('m1'), status: 'stored', evidence: 'server', at: T0, messageAt };
}

export function question(number: number, changed: Partial<Question> = {}): Question {
  const at = T0 - 18 * MINUTE;
  const sender = 'alice@example.org' as BareJid;
  return { number, sender, messages: 1, shown: 1, from: at, to: at, ...changed };
}

export const MANY = question(2, {
  sender: 'carol@example.org' as BareJid,
  messages: 3,
  from: T0 - 10 * MINUTE,
  to: T0 - 5 * MINUTE,
});
