import { isWithheld } from '../src/message/fact.ts';
import type { Act, Happening, Seen } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';
import { actorOf, wordsOf } from './words.ts';

/** The timeline for programs: one object a line on stdout; all else goes to stderr. */
export class JsonLines implements Printer {
  progress(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  beginScene(title: string): void {
    this.progress(title);
  }

  show(happening: Happening): void {
    if (happening.kind === 'act') return;
    const line = {
      at: new Date(happening.at).toISOString(),
      kind: happening.kind,
      ...subjectOf(happening),
      ...wordOf(happening),
      text: `${actorOf(happening)} ${wordsOf(happening)}`,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }

  conclude(outcomes: readonly Outcome[]): void {
    const count = outcomes.reduce((sum, { told }) => sum + told.length, 0);
    this.progress(`${outcomes.length} messages, ${count} receipts`);
  }
}

/** The message that it is about; of what is said to the bot, or by it, who says it to whom. */
function subjectOf(happening: Exclude<Happening, Act>): Readonly<Record<string, string>> {
  if (happening.kind === 'chat') return { from: happening.from, to: happening.to };
  const { id, sender, recipient } = happening.key;
  return { id, from: sender, to: recipient };
}

function wordOf(happening: Exclude<Happening, Act>): Readonly<Record<string, string>> {
  switch (happening.kind) {
    case 'message':
      return {};
    case 'fact':
      return wordOfFact(happening);
    case 'receipt':
      return { status: happening.status };
    case 'tick':
      return { by: happening.by };
    case 'chat':
      return { body: happening.body };
    default:
      return happening satisfies never;
  }
}

function wordOfFact({ fact }: Seen): Readonly<Record<string, string>> {
  return { fact: fact.kind, ...(isWithheld(fact) ? { withheld: 'yes' } : {}) };
}
