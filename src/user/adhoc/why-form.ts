import type { DataForm } from '../../protocol/form.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { WhyCommand } from '../commands/command.ts';
import { type Dialog, done, type Session, wrong } from './dialog.ts';
import {
  type ChosenMessage,
  type Contact,
  lastMessages,
  messageFields,
  messageIn,
  recipientFor,
} from './message-choice.ts';

/** Why nothing, or no more, was heard of a message. */
export const why: Dialog = {
  open: async (session) => {
    const messages = await lastMessages(session);
    if (messages.length === 0) return done(await session.perform({ kind: 'why' }));
    return {
      kind: 'asking',
      form: whyForm(messages, session),
      accept: async (answers) => {
        const chosen = messageIn(answers, messages, session);
        return chosen.kind === 'wrong'
          ? wrong(chosen.text)
          : done(await session.perform(commandFor(chosen)));
      },
    };
  },
};

function whyForm(messages: readonly Receipt[], session: Session): DataForm {
  const { name, instructions } = session.language.forms.commands.why;
  return { title: name, instructions, fields: messageFields(messages, session) };
}

function commandFor(chosen: Exclude<ChosenMessage, { kind: 'wrong' }>): WhyCommand {
  if (chosen.kind === 'last') return { kind: 'why', ...named(chosen.to) };
  const { recipient, id } = chosen.message;
  return { kind: 'why', ...recipientFor(recipient), id };
}

function named(contact: Contact | undefined): Omit<WhyCommand, 'kind'> {
  if (contact === undefined) return {};
  if ('name' in contact) return { name: contact.name };
  return recipientFor(contact.address, contact.resource);
}
