import { atOnce, type Dialog } from './dialog.ts';
import { contactPolicy, policy } from './policy-forms.ts';
import { questions } from './questions-form.ts';
import { receipts } from './receipts-form.ts';
import { status } from './status-form.ts';
import { watchContact } from './watch-contact-form.ts';
import { watch } from './watch-form.ts';
import { watches } from './watches-form.ts';
import { why } from './why-form.ts';

/** The commands, in the order in which clients list them. XEP-0050 §3.2: each one is a node. */
export const NODES = [
  'policy',
  'contact-policy',
  'questions',
  'status',
  'why',
  'watch',
  'watches',
  'watch-contact',
  'receipts',
  'help',
  'statistics',
] as const;
export type Node = (typeof NODES)[number];

/** The commands that a user is offered. For other users, those for admins do not exist. */
export function nodesFor(isAdmin: boolean): readonly Node[] {
  return isAdmin ? NODES : NODES.filter((node) => node !== 'statistics');
}

/** The command of that name, if this user is offered it. */
export function nodeNamed(name: string, isAdmin: boolean): Node | undefined {
  return nodesFor(isAdmin).find((node) => node === name);
}

/** The dialog of each command. The commands do the same as those of the bot. */
export const DIALOGS: Readonly<Record<Node, Dialog>> = {
  policy,
  'contact-policy': contactPolicy,
  questions,
  status,
  why,
  watch,
  watches,
  'watch-contact': watchContact,
  receipts,
  help: atOnce({ kind: 'help' }),
  statistics: atOnce({ kind: 'statistics' }),
};
