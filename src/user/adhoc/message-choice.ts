import { type BareJid, bareOf } from '../../message/jid.ts';
import type { Field } from '../../protocol/form.ts';
import { type Answers, textIn } from '../../protocol/form-answers.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import { peerOf, resourceOf } from '../commands/address.ts';
import type { OwnMessage, StatusCommand } from '../commands/command.ts';
import { type Clock, distinctLines, moment } from '../text/moment.ts';
import type { Session } from './dialog.ts';

/** Which of one's own messages a form is about. */
export type ChosenMessage =
  | { readonly kind: 'one'; readonly message: OwnMessage }
  /** The last one, or the last one to that contact. */
  | { readonly kind: 'last'; readonly to: Contact | undefined }
  | { readonly kind: 'wrong'; readonly text: string };

/** As people name somebody: by the address, or by what stands before its @. */
export type Contact =
  | { readonly address: BareJid; readonly resource: string | undefined }
  | { readonly name: string };

const LAST = 'last';

/** What `status` says of: so nothing shows in a form that it does not show. */
export async function lastMessages({
  perform,
}: Pick<Session, 'perform'>): Promise<readonly Receipt[]> {
  const reply = await perform({ kind: 'status' });
  return reply.kind === 'status' ? reply.receipts : [];
}

export function messageFields(
  messages: readonly Receipt[],
  { language, now }: Pick<Session, 'language' | 'now'>,
): readonly Field[] {
  const { fields, lastMessage, watchNotes } = language.watchForms;
  const lineOf = (receipt: Receipt, clock: Clock) => messageLine(receipt, language, clock);
  const labels = distinctLines(messages, { now, nameOf: lineOf, lineOf });
  const each = messages.map(({ key }, index) => ({
    value: tokenOf(key),
    label: labels[index] ?? '',
  }));
  return [
    {
      type: 'list-single',
      name: 'message',
      label: fields.message,
      options: [{ value: LAST, label: lastMessage }, ...each],
      values: [LAST],
      ifWrong: watchNotes.badMessage,
    },
    { type: 'jid-single', name: 'contact', label: fields.lastTo, ifWrong: watchNotes.badContact },
  ];
}

function messageLine(
  { key, messageAt, messageTime = messageAt }: Receipt,
  language: Session['language'],
  clock: Clock,
): string {
  return language.watchForms.message(key.recipient, moment(messageTime, language, clock));
}

/** It names the message itself: newer ones may come before the answer. */
export function tokenOf({ recipient, id }: OwnMessage): string {
  return `${recipient} ${encodeURIComponent(id)}`;
}

/** A message that is named goes before a contact. */
export function messageIn(
  answers: Answers,
  messages: readonly Receipt[],
  { language }: Pick<Session, 'language'>,
): ChosenMessage {
  const token = textIn(answers, 'message');
  const chosen = messages.find(({ key }) => tokenOf(key) === token)?.key;
  if (chosen !== undefined)
    return { kind: 'one', message: { recipient: chosen.recipient, id: chosen.id } };
  const text = textIn(answers, 'contact');
  const to = contactOf(text);
  const { badContact } = language.watchForms.watchNotes;
  if (text !== undefined && to === undefined) return { kind: 'wrong', text: badContact };
  return { kind: 'last', to };
}

/** `undefined`: nobody, or an address that is none. */
export function contactOf(text: string | undefined): Contact | undefined {
  const address = peerOf(text);
  if (address !== undefined) return { address, resource: resourceOf(text) };
  const isAddress = text === undefined || /[@＠/\s]/.test(text);
  return isAddress ? undefined : { name: text.normalize('NFKC').toLowerCase() };
}

/** As the commands of watches name somebody. */
export function peerFor(contact: Contact): string {
  return 'name' in contact ? contact.name : contact.address;
}

/** As `status` and `why` name somebody: an occupant of a room by the room and the nickname. */
export function recipientFor(
  address: string,
  resource = resourceOf(address),
): Pick<StatusCommand, 'recipient' | 'resource'> {
  return { recipient: bareOf(address), ...(resource === undefined ? {} : { resource }) };
}
