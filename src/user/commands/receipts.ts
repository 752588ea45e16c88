import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { type Preferences, statusesInWords, wantsWords } from '../../receipt/preferences.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { Store } from '../../store/store.ts';
import { type Command, LANGUAGES, type LanguageCode } from './command.ts';
import type { ReceiptsReply } from './reply.ts';
import { type HeardZones, zoneInUse } from './zone-in-use.ts';

export type ReceiptsCommand = Extract<
  Command,
  { kind: 'set-receipts' | 'set-text' | 'set-language' }
>;

type ShowReceipts = Extract<Command, { kind: 'show-receipts' }>;

type SetText = Extract<Command, { kind: 'set-text' }>;

export interface ReceiptsParts {
  readonly store: Pick<Store, 'preferences'>;
  readonly rules: Rules;
  /** How users get receipts who chose nothing. */
  readonly defaults: { readonly language: LanguageCode };
  readonly zones: HeardZones;
  readonly now: () => Millis;
}

export async function performReceipts(
  user: BareJid,
  command: ReceiptsCommand | ShowReceipts,
  parts: ReceiptsParts,
): Promise<ReceiptsReply> {
  return command.kind === 'show-receipts'
    ? receiptsReply(user, await parts.store.preferences.get(user), parts)
    : changeReceipts(user, command, parts);
}

function receiptsReply(
  user: BareJid,
  preferences: Preferences,
  { rules, defaults, zones }: Pick<ReceiptsParts, 'rules' | 'defaults' | 'zones'>,
): ReceiptsReply {
  const { statuses, language } = preferences;
  return {
    kind: 'receipts',
    statuses: statuses ?? rules.statuses,
    isOwn: statuses !== undefined,
    text: wantsWords(preferences, rules.words.byDefault),
    inWords: statusesInWords(preferences, rules),
    language: languageCodeOf(language) ?? defaults.language,
    zone: zoneInUse(user, preferences, { zones }),
    isChanged: false,
  };
}

async function changeReceipts(
  user: BareJid,
  command: ReceiptsCommand,
  parts: ReceiptsParts,
): Promise<ReceiptsReply> {
  const { store, now } = parts;
  const change = (before: Preferences) => afterReceiptsCommand(before, command);
  const { preferences } = await store.preferences.change(user, { change, now: now() });
  return { ...receiptsReply(user, preferences, parts), isChanged: true };
}

function afterReceiptsCommand(before: Preferences, command: ReceiptsCommand): Preferences {
  switch (command.kind) {
    case 'set-receipts':
      return withChoice(before, 'statuses', command.statuses);
    case 'set-text':
      return withWords(before, command);
    case 'set-language':
      return withChoice(before, 'language', command.language);
    default:
      return command satisfies never;
  }
}

/** Who names statuses wants words for these, and for no others. */
function withWords(before: Preferences, { text, statuses }: SetText): Preferences {
  const chosen = withChoice(before, 'text', text);
  if (text === 'default') return withChoice(chosen, 'inWords', 'default');
  return statuses === undefined ? chosen : withChoice(chosen, 'inWords', statuses);
}

function withChoice<Name extends 'statuses' | 'text' | 'inWords' | 'language'>(
  before: Preferences,
  name: Name,
  value: Preferences[Name] | 'default',
): Preferences {
  const { [name]: _, ...rest } = before;
  return value === 'default' ? rest : { ...rest, [name]: value };
}

function languageCodeOf(tag: string | undefined): LanguageCode | undefined {
  return LANGUAGES.find((language) => language === tag);
}
