import { atOnce, type Dialog } from './dialog.ts';
import { contactPolicy, policy } from './policy-forms.ts';
import { questions } from './questions-form.ts';
import { receipts } from './receipts-form.ts';
import { status } from './status-form.ts';

/** The commands, in the order in which clients list them; XEP-0050 §3.2: each is a node. */
export const NODES = [
  'policy',
  'contact-policy',
  'questions',
  'status',
  'receipts',
  'help',
  'statistics',
] as const;
export type Node = (typeof NODES)[number];

/** What a user is offered; what is for admins does not exist for others. */
export function nodesFor(isAdmin: boolean): readonly Node[] {
  return isAdmin ? NODES : NODES.filter((node) => node !== 'statistics');
}

/** The command of that name that is offered. */
export function nodeNamed(name: string, isAdmin: boolean): Node | undefined {
  return nodesFor(isAdmin).find((node) => node === name);
}

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
