import type { Happening } from './happening.ts';
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
    const { at, kind, key } = happening;
    const line = {
      at: new Date(at).toISOString(),
      kind,
      id: key.id,
      from: key.sender,
      to: key.recipient,
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

function wordOf(happening: Happening): { readonly status?: string; readonly fact?: string } {
  if (happening.kind === 'receipt') return { status: happening.status };
  return happening.kind === 'fact' ? { fact: happening.fact.kind } : {};
}
