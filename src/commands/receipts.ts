import type { BareJid } from '../message/jid.ts';
import type { Preferences } from '../receipt/preferences.ts';
import { unreachable } from '../unreachable.ts';
import { type Command, LANGUAGES, type LanguageCode } from './command.ts';
import type { PerformParts } from './perform.ts';
import type { ReceiptsReply } from './reply.ts';

export type ReceiptsCommand = Extract<
  Command,
  { kind: 'set-receipts' | 'set-text' | 'set-language' }
>;

export function receiptsReply(
  { statuses, text, language }: Preferences,
  { rules, defaults }: Pick<PerformParts, 'rules' | 'defaults'>,
): ReceiptsReply {
  return {
    kind: 'receipts',
    statuses: statuses ?? rules.statuses,
    isOwn: statuses !== undefined,
    text: text ?? defaults.text,
    language: languageOf(language) ?? defaults.language,
    isChanged: false,
  };
}

/** Changes which receipts a user gets as a sender, and how. */
export async function changeReceipts(
  user: BareJid,
  command: ReceiptsCommand,
  parts: PerformParts,
): Promise<ReceiptsReply> {
  const { store, now } = parts;
  const change = (before: Preferences) => changed(before, command);
  const { preferences } = await store.preferences.change(user, { change, now: now() });
  return { ...receiptsReply(preferences, parts), isChanged: true };
}

function changed(before: Preferences, command: ReceiptsCommand): Preferences {
  switch (command.kind) {
    case 'set-receipts':
      return put(before, 'statuses', command.statuses);
    case 'set-text':
      return put(before, 'text', command.text);
    case 'set-language':
      return put(before, 'language', command.language);
    default:
      return unreachable(command);
  }
}

function put<Name extends 'statuses' | 'text' | 'language'>(
  before: Preferences,
  name: Name,
  value: Preferences[Name] | 'default',
): Preferences {
  const { [name]: _, ...rest } = before;
  return value === 'default' ? rest : { ...rest, [name]: value };
}

function languageOf(tag: string | undefined): LanguageCode | undefined {
  return LANGUAGES.find((language) => language === tag);
}
