import type { BareJid } from '../../message/jid.ts';
import type { Question } from '../../store/question-store.ts';
import type { Command } from '../commands/command.ts';
import type { Reply } from '../commands/reply.ts';
import { doubtText, misunderstandingText } from '../text/command-text.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF } from '../text/languages.ts';
import type { Clock } from '../text/moment.ts';
import { replyText } from '../text/reply-text.ts';
import type { Meaning } from './parse.ts';

/** What the bot says. */
export interface Response {
  readonly text: string;
  readonly language: Language;
  readonly saysWhoWeAre?: boolean;
  /** It puts these questions: a reaction to it, or a reply, is about them. */
  readonly asks?: readonly Question[];
  /** It asks whether this was meant. */
  readonly proposes?: Command;
}

export interface RespondParts {
  readonly user: BareJid;
  readonly language: Language;
  readonly perform: (user: BareJid, command: Command) => Promise<Reply>;
  /** To be read after the command, which may change it. */
  readonly clock: () => Promise<Clock>;
}

/** Carries out what was meant. `undefined`: nothing is to be said. */
export async function respond(
  meaning: Meaning,
  parts: RespondParts,
): Promise<Response | undefined> {
  const { language } = parts;
  switch (meaning.kind) {
    case 'courtesy':
      return undefined;
    case 'closed':
      return { text: language.questions.closed, language };
    case 'doubtful':
      return { text: doubtText(meaning.command, language), language, proposes: meaning.command };
    case 'not-understood': {
      const [only, ...others] = meaning.suggestions;
      const text = misunderstandingText(meaning, language);
      return { text, language, ...(others.length > 0 || !only ? {} : { proposes: only }) };
    }
    case 'ask-again':
      return askAgain(parts);
    default:
      return obey(meaning, parts);
  }
}

async function obey(command: Command, parts: RespondParts): Promise<Response> {
  const { user, perform, clock } = parts;
  const reply = await perform(user, command);
  const language = languageAfter(command, reply) ?? parts.language;
  const saysWhoWeAre = reply.kind === 'help';
  const text = replyText(reply, language, await clock());
  return { text, language, saysWhoWeAre, ...asking(reply) };
}

/** Nothing was meant of what was proposed. */
async function askAgain(parts: RespondParts): Promise<Response> {
  const { text, ...rest } = await obey({ kind: 'questions' }, parts);
  return { ...rest, text: [parts.language.questions.notAnswered, text].join('\n') };
}

function asking(reply: Reply): Pick<Response, 'asks'> {
  const puts = reply.kind === 'questions' || reply.kind === 'which';
  const isAsking = puts || reply.kind === 'no-such-question';
  return isAsking && reply.questions.length > 0 ? { asks: reply.questions } : {};
}

/** The answer to "change the language" is in the new language. */
function languageAfter(command: Command, reply: Reply): Language | undefined {
  const isChosen = command.kind === 'set-language' && reply.kind === 'receipts';
  return isChosen ? LANGUAGE_OF[reply.language] : undefined;
}
