import { atOnce, type Dialog } from './dialog.ts';
import type { Node } from './nodes.ts';
import { contactPolicy, policy } from './policies.ts';
import { questions } from './questions.ts';
import { receipts } from './receipts.ts';
import { status } from './status.ts';

/** What each command does: the same as the bot, with forms. */
export const DIALOGS: Readonly<Record<Node, Dialog>> = {
  policy,
  'contact-policy': contactPolicy,
  questions,
  status,
  receipts,
  help: atOnce({ kind: 'help' }),
  statistics: atOnce({ kind: 'statistics' }),
};
