import type { BareJid } from '../../../src/message/jid.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, children, type Element } from '../../../src/protocol/xml.ts';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import { answerCommand } from '../../../src/user/adhoc/adhoc.ts';
import { CommandDesk } from '../../support/command-desk.ts';
import { ALICE, BOB, keyOf } from '../../support/facts.ts';
import { COMPONENT, type Settings } from '../../support/settings.ts';
import { parseXml } from '../../support/xml.ts';

export { COMPONENT };

export const CAROL = 'carol@example.net' as BareJid;
export const ADMIN = 'admin@example.org' as BareJid;

/** Where users, most of all Bob, fill in the forms of the commands. */
export class Desk extends CommandDesk {
  constructor(settings: Settings = {}) {
    super({ admins: ADMIN, 'receipts.statuses': 'stored,failed', ...settings });
  }

  async ask(stanza: string): Promise<Element> {
    const [request] = parseXml(stanza);
    const command = request && child(request, 'command', NS.commands);
    if (request === undefined || command === undefined) throw new Error(`no command: ${stanza}`);
    return answerCommand(request, command, this.users);
  }

  /** What Bob chose, by commands or before. */
  chosen(): Promise<Preferences> {
    return this.chosenBy(BOB);
  }

  /** Alice, and then Carol, sent messages to somebody who was shown the questions about them. */
  async question(recipient = BOB): Promise<void> {
    await this.wait(ALICE, recipient);
    await this.wait(CAROL, recipient);
    await this.breakable.store.questions.show(recipient);
  }

  /** A message of that sender waits for an answer; nobody was shown the question. */
  async wait(sender: BareJid, recipient = BOB, id = 'm1'): Promise<void> {
    await this.choose(recipient, { policy: 'manual' });
    await this.deliver(keyOf(id, sender, recipient));
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
