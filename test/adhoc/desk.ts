import { pino } from 'pino';
import { type AdhocParts, answerCommand } from '../../src/adhoc/adhoc.ts';
import type { Command } from '../../src/commands/command.ts';
import { InTurn } from '../../src/commands/in-turn.ts';
import type { PolicyReply, ReceiptsReply, Reply } from '../../src/commands/reply.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { Counters } from '../../src/observing/counters.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, children, type Element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Question } from '../../src/store/question-store.ts';
import { parseXml } from '../support/xml.ts';

export const COMPONENT = 'receipts.example.org';
export const NOW = Date.parse('2026-11-22T12:00:00Z');

/** By the local clock, as people read it. */
export function at(hour: number, minute: number): number {
  return new Date(2026, 10, 22, hour, minute).getTime() * 1000;
}

export const ALICE: Question = {
  number: 1,
  sender: 'alice@example.org' as BareJid,
  messages: 1,
  shown: 1,
  from: at(10, 42),
  to: at(10, 42),
};

export const CAROL: Question = {
  number: 2,
  sender: 'carol@example.net' as BareJid,
  messages: 3,
  shown: 3,
  from: at(10, 50),
  to: at(10, 55),
};

export const STORED: Receipt = {
  key: { sender: 'bob@example.org' as BareJid, recipient: 'dave@example.org' as BareJid, id: 'm1' },
  status: 'stored',
  evidence: 'server',
  at: at(10, 43),
  messageAt: at(10, 42),
};

export const POLICY: PolicyReply = {
  kind: 'policy',
  policy: 'client',
  isOwn: false,
  exceptions: {},
  isLocked: false,
  tellsDeclined: false,
};

export const RECEIPTS: ReceiptsReply = {
  kind: 'receipts',
  statuses: ['stored', 'failed'],
  isOwn: false,
  text: false,
  language: 'en',
  isChanged: false,
};

/** Somebody to carry commands out: what they answer is as a test puts it, what they were told is kept. */
export class Desk {
  readonly told: Command[] = [];
  readonly logged: string[] = [];
  readonly counters = new Counters();
  policy: PolicyReply = POLICY;
  receipts: ReceiptsReply = RECEIPTS;
  questions: readonly Question[] = [];
  found: readonly Receipt[] = [];
  preferences: Preferences = {};
  limit: 'ok' | 'refused-first' | 'refused' = 'ok';
  /** Instead of the usual reply. */
  readonly replies = new Map<Command['kind'], Reply>();
  isBroken = false;

  async ask(stanza: string): Promise<Element> {
    const [request] = parseXml(stanza);
    const command = request && child(request, 'command', NS.commands);
    if (request === undefined || command === undefined) throw new Error(`no command: ${stanza}`);
    return answerCommand(request, command, this.#parts());
  }

  /** What changed something, or was to. */
  get changes(): readonly Command[] {
    return this.told.filter(
      ({ kind }) => !['show-policy', 'show-receipts', 'questions'].includes(kind),
    );
  }

  #parts(): AdhocParts {
    return {
      domains: ['example.org'],
      admins: ['admin@example.org'],
      defaultLanguage: 'en',
      inTurn: new InTurn(),
      limiter: { take: () => this.limit },
      perform: async (_, command) => this.#perform(command),
      preferences: { get: async () => this.preferences },
      questions: { waiting: async () => this.questions },
      now: () => NOW,
      counters: this.counters,
      log: pino({ level: 'error' }, { write: (line: string) => void this.logged.push(line) }),
    };
  }

  #perform(command: Command): Reply {
    if (this.isBroken) throw new Error('the disk is full');
    this.told.push(command);
    return this.replies.get(command.kind) ?? this.#usual(command);
  }

  #usual(command: Command): Reply {
    switch (command.kind) {
      case 'help':
        return { kind: 'help', isAdmin: false };
      case 'show-policy':
        return this.policy;
      case 'set-policy':
      case 'set-exception':
      case 'tell-declined':
        return { ...this.policy, change: 'in-force' };
      case 'questions':
        this.questions = this.questions.map((it) => ({ ...it, shown: it.messages }));
        return { kind: 'questions', questions: this.questions };
      case 'answer':
        return {
          kind: 'answered',
          answer: command.answer,
          questions: this.#chosen(command.which),
          isNoTold: false,
        };
      case 'status':
        return { kind: 'status', receipts: this.found };
      case 'statistics':
        return {
          kind: 'statistics',
          counts: { items: 7 },
          backlog: { receipts: 1, ticks: 2, questions: 3 },
        };
      case 'set-language':
        this.preferences = command.language === 'default' ? {} : { language: command.language };
        return { ...this.receipts, isChanged: true };
      case 'show-receipts':
        return this.receipts;
      default:
        return { ...this.receipts, isChanged: true };
    }
  }

  #chosen(which: readonly number[] | 'all' | 'only'): readonly Question[] {
    return this.questions.filter(({ number }) => !Array.isArray(which) || which.includes(number));
  }
}

export interface Asking {
  readonly node: string;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
  readonly lang?: string;
  readonly sessionId?: string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly payload?: string;
}

/** A stanza as clients send it. */
export function command(asking: Asking): string {
  const { node, action, from = 'bob@example.org/phone', to = COMPONENT, lang, sessionId } = asking;
  const attrs = { node, action, sessionid: sessionId };
  const payload = asking.payload ?? (asking.fields === undefined ? '' : submitted(asking.fields));
  return `<iq type='set' id='c1' from='${from}' to='${to}'${attr('xml:lang', lang)}>
    <command xmlns='${NS.commands}'${Object.entries(attrs)
      .map(([name, value]) => attr(name, value))
      .join('')}>${payload}</command>
  </iq>`;
}

function attr(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}='${value}'`;
}

function submitted(fields: NonNullable<Asking['fields']>): string {
  const elements = Object.entries(fields).map(([name, values]) => {
    const each = [values].flat().map((value) => `<value>${value}</value>`);
    return `<field var='${name}'>${each.join('')}</field>`;
  });
  return `<x xmlns='${NS.forms}' type='submit'>${elements.join('')}</x>`;
}

/** What a client reads of an answer. */
export interface Read {
  readonly status: string | undefined;
  readonly notes: readonly (readonly [string | undefined, string])[];
  readonly form: Element | undefined;
  readonly lang: string | undefined;
}

export function read(answer: Element): Read {
  const said = child(answer, 'command', NS.commands);
  if (said === undefined) throw new Error(`no command in ${answer}`);
  return {
    status: said.attrs['status'],
    notes: children(said, 'note', NS.commands).map((note) => [note.attrs['type'], note.getText()]),
    form: child(said, 'x', NS.forms),
    lang: said.attrs['xml:lang'],
  };
}

/** The present values of a form's fields, by their names. */
export function valuesIn(form: Element | undefined): Readonly<Record<string, readonly string[]>> {
  const fields = form === undefined ? [] : children(form, 'field', NS.forms);
  return Object.fromEntries(
    fields.flatMap((field) =>
      field.attrs['var'] === undefined ? [] : [[field.attrs['var'], valuesOf(field)]],
    ),
  );
}

/** The options of a field, value and label. */
export function optionsIn(
  form: Element | undefined,
  name: string,
): readonly (readonly [string, string])[] {
  const field =
    form && children(form, 'field', NS.forms).find(({ attrs }) => attrs['var'] === name);
  if (field === undefined) throw new Error(`no field ${name} in ${form}`);
  return children(field, 'option', NS.forms).map((option) => [
    valuesOf(option)[0] ?? '',
    option.attrs['label'] ?? '',
  ]);
}

/** What a form says between its fields. */
export function fixedIn(form: Element | undefined): readonly string[] {
  const fields = form === undefined ? [] : children(form, 'field', NS.forms);
  return fields.filter(({ attrs }) => attrs['type'] === 'fixed').flatMap(valuesOf);
}

function valuesOf(field: Element): readonly string[] {
  return children(field, 'value', NS.forms).map((value) => value.getText());
}
