import { STATUSES, type Status } from '../../src/message/status.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { isInWords } from '../support/bot-chat.ts';
import { afterIntroduction } from '../support/introduced.ts';
import { type Finding, type Matter, type Rule, wrong } from './finding.ts';

/** What one line in words says: so many messages to that address have that status. */
export interface Line {
  readonly status: Status;
  readonly to: string;
  readonly count: number;
}

/** All that the sender was told in words, each stanza once. */
export class WordsHeard {
  readonly lines: Line[] = [];
  /** Lines that say nothing of that kind. */
  readonly strange: string[] = [];
  /** Stanzas that came again. */
  repeated = 0;
  readonly #stanzas = new Set<string>();

  hear(stanza: Element): void {
    if (!isInWords(stanza) || stanza.attrs['type'] === 'error') return;
    const id = stanza.attrs['id'] ?? '';
    if (this.#stanzas.has(id)) this.repeated += 1;
    else this.#read(stanza.getChild('body')?.getText() ?? '');
    this.#stanzas.add(id);
  }

  #read(text: string): void {
    for (const line of afterIntroduction(text).split('\n')) {
      const read = lineIn(line);
      if (read === undefined) this.strange.push(line);
      else this.lines.push(read);
    }
  }
}

export function lineIn(text: string): Line | undefined {
  const status = STATUSES.find((it) => text.toLowerCase().startsWith(`${it}: `));
  const [to] = /[^\s(]+@[\w.]+\w/.exec(text) ?? [];
  const [, count = '1'] = /(\d+) of your messages/.exec(text) ?? [];
  return status && to !== undefined ? { status, to, count: Number(count) } : undefined;
}

/** What must hold of that which the store says was told in words. */
export const RULES_OF_WORDS: readonly Rule[] = [
  saidOnlyWhatIsForPeople,
  saidOnlyWhatProgramsAreTold,
  saidNothingUnderRefuse,
];

const FOR_PEOPLE: readonly Status[] = ['failed', 'lost', 'stored', 'sent'];

function saidOnlyWhatIsForPeople({ kept: { inWords } }: Matter): readonly Finding[] {
  return inWords
    .filter((status) => !FOR_PEOPLE.includes(status))
    .map((status) => wrong(`said ${status}, which the client shows or which never happens here`));
}

function saidOnlyWhatProgramsAreTold({ kept: { inWords, told } }: Matter): readonly Finding[] {
  return inWords
    .filter((status) => !told.includes(status))
    .map((status) => wrong(`said ${status} in words, and told no program so`));
}

function saidNothingUnderRefuse({ story: { to }, kept: { inWords } }: Matter): readonly Finding[] {
  if (to.voice !== 'refuse') return [];
  return inWords
    .filter((status) => status !== 'failed')
    .map((status) => wrong(`said ${status} of somebody who refuses`));
}
