import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { type Preferences, wantsWords } from '../receipt/preferences.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Store } from '../store/store.ts';
import { unreachable } from '../unreachable.ts';
import { type Command, LANGUAGES, type LanguageCode } from './command.ts';
import type { ReceiptsReply } from './reply.ts';

export type ReceiptsCommand = Extract<
  Command,
  { kind: 'set-receipts' | 'set-text' | 'set-language' }
>;

export interface ReceiptsParts {
  readonly store: Pick<Store, 'preferences'>;
  readonly rules: Rules;
  /** How receipts come to who chose nothing. */
  readonly defaults: { readonly text: boolean; readonly language: LanguageCode };
  readonly now: () => Millis;
}

export function receiptsReply(
  preferences: Preferences,
  { rules, defaults }: Pick<ReceiptsParts, 'rules' | 'defaults'>,
): ReceiptsReply {
  const { statuses, language } = preferences;
  return {
    kind: 'receipts',
    statuses: statuses ?? rules.statuses,
    isOwn: statuses !== undefined,
    text: wantsWords(preferences, defaults.text),
    language: languageOf(language) ?? defaults.language,
    isChanged: false,
  };
}

/** Changes which receipts a user gets as a sender, and how. */
export async function changeReceipts(
  user: BareJid,
  command: ReceiptsCommand,
  parts: ReceiptsParts,
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
