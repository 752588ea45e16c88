import { randomUUID } from 'node:crypto';
import { type BareJid, bareOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import {
  badCommand,
  type CommandRequest,
  commandResult,
  readCommand,
} from '../../protocol/adhoc-command.ts';
import { errorOf, type StanzaError } from '../../protocol/iq.ts';
import type { Element } from '../../protocol/xml.ts';
import { isOurs } from '../../receipt/rules.ts';
import type { PreferenceStore } from '../../store/preference-store.ts';
import type { QuestionStore } from '../../store/question-store.ts';
import type { CommandRefusal, Counters } from '../../telemetry/counters.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Command, LanguageCode } from '../commands/command.ts';
import type { InTurn } from '../commands/in-turn.ts';
import type { Reply } from '../commands/reply.ts';
import type { RequestRate } from '../commands/request-rate.ts';
import type { HearingZones } from '../commands/zone-in-use.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';
import type { ReadersClock } from '../text/moment.ts';
import { readersClock } from '../text/readers-clock.ts';
import { DIALOGS, type Node, nodeNamed } from './commands.ts';
import { render } from './render.ts';
import { type CommandStep, runStep } from './run.ts';

export interface AdhocParts {
  readonly domains: readonly string[];
  readonly admins: readonly string[];
  readonly defaultLanguage: LanguageCode;
  readonly limiter: Pick<RequestRate, 'take'>;
  /**
   * Carries out the commands of one user, by message or by form, in the order in which they came.
   */
  readonly inTurn: InTurn;
  readonly perform: (user: BareJid, command: Command) => Promise<Reply>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  /** To look up what waits does not mark it as shown. */
  readonly questions: Pick<QuestionStore, 'waiting'>;
  readonly zones: HearingZones;
  readonly now: () => Millis;
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * XEP-0050 §2.4: answers one stanza of a user's command. Nothing is kept between two stanzas:
 * dialog.ts says why.
 */
export async function answerCommand(
  request: Element,
  command: Element,
  parts: AdhocParts,
): Promise<Element> {
  const user = bareOf(request.attrs['from'] ?? '');
  const refusal = refusalFor(user, localeOf(request, command), parts);
  if (refusal !== undefined) return errorOf(request, refusal);
  const asked = readCommand(command);
  if (asked.kind === 'bad') return counted('not readable', badCommand(request, asked), parts);
  const node = nodeNamed(asked.node, parts.admins.includes(user));
  if (node === undefined) return counted('unknown command', errorOf(request, UNKNOWN), parts);
  void parts.zones.hear(request.attrs['from'] ?? '');
  try {
    const offered = { user, command: asked, node, locale: localeOf(request, command) };
    return await parts.inTurn.run(user, () => carryOut(request, offered, parts));
  } catch (error) {
    // The task ends here, whatever failed: the user may try again.
    parts.counters.count('commands failed');
    parts.log.error({ err: error, node }, 'a command could not be carried out');
    return errorOf(request, BUSY);
  }
}

function counted(because: CommandRefusal, refusal: Element, { counters }: AdhocParts): Element {
  counters.count(`commands refused: ${because}`);
  return refusal;
}

// XEP-0050 §4.4
const UNKNOWN: StanzaError = { type: 'cancel', condition: 'item-not-found' };
const BUSY: StanzaError = { type: 'wait', condition: 'resource-constraint' };

/**
 * XEP-0050 §3.7: the language of the user's client. If the stanza names none, the server adds that
 * of the stream.
 */
function localeOf(request: Element, command: Element): string | undefined {
  return command.attrs['xml:lang'] ?? request.attrs['xml:lang'];
}

function refusalFor(
  user: BareJid,
  locale: string | undefined,
  { domains, limiter, now, counters, defaultLanguage }: AdhocParts,
): StanzaError | undefined {
  const { forms, refusals } = languageFor(locale, LANGUAGE_OF[defaultLanguage]);
  if (!isOurs(user, { domains })) {
    counters.count('stanzas from strangers refused');
    return { type: 'auth', condition: 'forbidden', text: forms.notes.forbidden };
  }
  if (limiter.take(user, now()) === 'ok') return undefined;
  counters.count('commands refused: too-many-commands');
  return { type: 'wait', condition: 'policy-violation', text: refusals['too-many-commands'] };
}

interface OfferedCommand {
  readonly user: BareJid;
  readonly command: CommandRequest;
  readonly node: Node;
  readonly locale: string | undefined;
}

async function carryOut(
  request: Element,
  offered: OfferedCommand,
  parts: AdhocParts,
): Promise<Element> {
  const taken = await takeStep(offered, parts);
  if (taken.kind === 'bad') return counted('not readable', badCommand(request, taken), parts);
  // Read again, because the command may have changed it.
  const language = await languageForUser(offered, parts);
  const { node } = offered;
  return commandResult(request, {
    node,
    // XEP-0050 §4.1: the client sends it back with the next stanza. We do not use it.
    sessionId: offered.command.sessionId ?? randomUUID(),
    lang: language.lang,
    ...render(taken, { node, language, now: await clockFor(offered, parts) }),
  });
}

async function takeStep(offered: OfferedCommand, parts: AdhocParts): Promise<CommandStep> {
  const { user, node } = offered;
  return runStep(offered.command, DIALOGS[node], {
    perform: (command) => parts.perform(user, command),
    waiting: () => parts.questions.waiting(user),
    language: await languageForUser(offered, parts),
    now: await clockFor(offered, parts),
  });
}

async function clockFor({ user }: OfferedCommand, parts: AdhocParts): Promise<ReadersClock> {
  return readersClock(user, await parts.preferences.get(user), parts);
}

/**
 * The first that is known of: the user's choice, the client's language, that of earlier messages,
 * the operator's choice.
 */
async function languageForUser(
  { user, locale }: OfferedCommand,
  { preferences, defaultLanguage }: AdhocParts,
): Promise<Language> {
  const { language, spoken } = await preferences.get(user);
  const known = languageFor(spoken, LANGUAGE_OF[defaultLanguage]);
  return languageFor(language, undefined) ?? languageFor(locale, known);
}
