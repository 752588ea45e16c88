import type { ExportedAnswer } from '../../http/export-route.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import { type Tell, withProgress } from '../progress.ts';

export function addExport(program: Command, { daemon, say, screen }: Context): void {
  program
    .command('export')
    .argument('<user>', 'such as alice@example.org')
    .description('all that is kept of one person, as one JSON document on standard output')
    .action(async (user) => {
      const path = `/api/export?${new URLSearchParams({ user })}`;
      const document = new Document(say);
      const read = async (tell: Tell) => {
        for await (const line of daemon().lines<ExportedAnswer>(path)) {
          document.add(line);
          tell(`${document.messages} messages`);
        }
      };
      // On a terminal the document itself shows how far it is.
      await (screen.isTerminal ? read(() => {}) : withProgress('exports', read));
      if (!document.isWhole) throw new CommandFailed(BROKEN_OFF, EXIT.unavailable);
    });
}

const BROKEN_OFF = 'export: the daemon broke off, so what was written is not whole: see its log';

type Person = Extract<ExportedAnswer, { kind: 'person' }>;

/** Is written as it comes: a person can have very many messages. */
class Document {
  isWhole = false;
  messages = 0;
  readonly #say: (text: string) => void;
  #held: string | undefined;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add(line: ExportedAnswer): void {
    if (line.kind === 'person') this.#begin(line);
    else if (line.kind === 'message') this.#addMessage(JSON.stringify(line.message));
    else this.#end();
  }

  #begin({ kind: _kind, ...person }: Person): void {
    const text = JSON.stringify({ ...person, messages: [] }, undefined, 2);
    this.#say(text.slice(0, text.lastIndexOf(']')));
  }

  /** A comma stands only where another message follows. */
  #addMessage(message: string): void {
    if (this.#held !== undefined) this.#say(`    ${this.#held},`);
    this.#held = message;
    this.messages += 1;
  }

  #end(): void {
    if (this.#held !== undefined) this.#say(`    ${this.#held}`);
    this.#say('  ]\n}');
    this.isWhole = true;
  }
}
