import type { BareJid } from '../../message/jid.ts';
import { wordsIn } from '../../protocol/chat-message.ts';
import { questionNumbersIn } from '../../protocol/question-id.ts';
import { isNoticeId } from '../../protocol/watch-id.ts';
import type { Element } from '../../protocol/xml.ts';
import type { Command } from '../commands/command.ts';
import { forgetOldest } from '../commands/forget-oldest.ts';
import type { Said } from './situation.ts';

/** Beyond these the oldest are forgotten; errors come back soon, and people answer soon. */
const MAX_ANSWERS = 1000;
const MAX_PEOPLE = 10_000;

interface Last {
  readonly id: string;
  readonly said: Said;
}

const QUESTION: Said = { kind: 'question' };
const OTHER: Said = { kind: 'other' };
const UNKNOWN: Said = { kind: 'unknown' };

/**
 * What the bot said lately, by the ids of its stanzas: an error with such an id is about its words.
 * And what it said last to each person: a plain "ok" answers a question, and nothing else.
 */
export class LastSaid {
  readonly #answers = new Map<string, BareJid>();
  readonly #last = new Map<BareJid, Last>();

  /** An answer of the bot has that id. */
  note(id: string, to: BareJid): void {
    this.#answers.set(id, to);
    forgetOldest(this.#answers, MAX_ANSWERS);
  }

  wasSaidTo(user: BareJid, id: string): boolean {
    return this.#answers.get(id) === user;
  }

  /** A stanza of ours went out. Only words are read by people. */
  hear(stanza: Element): void {
    const words = wordsIn(stanza);
    if (words === undefined) return;
    const { user, id } = words;
    this.#keep(user, { id, said: saidUnder(id) });
  }

  /** The words with that id asked whether this was meant. */
  propose(user: BareJid, id: string, command: Command): void {
    this.#keep(user, { id, said: { kind: 'proposal', command } });
  }

  to(user: BareJid): Said {
    return this.#last.get(user)?.said ?? UNKNOWN;
  }

  /** Are the words with that id the last ones that this person read? */
  isLast(user: BareJid, id: string): boolean {
    return this.#last.get(user)?.id === id;
  }

  #keep(user: BareJid, last: Last): void {
    this.#last.delete(user);
    this.#last.set(user, last);
    forgetOldest(this.#last, MAX_PEOPLE);
  }
}

function saidUnder(id: string): Said {
  if (isNoticeId(id)) return { kind: 'notice', id };
  return questionNumbersIn(id).length > 0 ? QUESTION : OTHER;
}
