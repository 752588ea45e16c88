import type { BadCommand, CommandAnswer, Note } from '../../protocol/adhoc-command.ts';
import { formElement, pageElement, type Section } from '../../protocol/form.ts';
import { tableElement } from '../../protocol/table.ts';
import type { Element } from '../../protocol/xml.ts';
import type { Reply } from '../commands/reply.ts';
import { briefHelp, helpSections } from '../text/help-text.ts';
import type { Language } from '../text/language.ts';
import type { Clock } from '../text/moment.ts';
import { countedSections, replyText } from '../text/reply-text.ts';
import { firstPartOf } from '../text/text-parts.ts';
import type { Node } from './commands.ts';
import type { Done } from './dialog.ts';
import type { CommandStep, FormShown } from './run.ts';

type Help = Extract<Reply, { kind: 'help' }>;
type Statistics = Extract<Reply, { kind: 'statistics' }>;
type Rendered = Pick<CommandAnswer, 'status' | 'notes' | 'payload'>;

/** Where it is said: in which command, to whom, and when. */
export interface Rendering {
  readonly node: Node;
  readonly language: Language;
  readonly now: Clock;
}

export function render(step: Exclude<CommandStep, BadCommand>, rendering: Rendering): Rendered {
  const { notes } = rendering.language.forms;
  switch (step.kind) {
    case 'asking':
      return form(step);
    case 'canceled':
      return { status: 'canceled', notes: [{ type: 'info', text: notes.canceled }] };
    default:
      return completed(step, rendering);
  }
}

function completed({ replies, table }: Done, rendering: Rendering): Rendered {
  const said = saidOf(replies);
  const payload = table === undefined ? pageOf(said.at(-1), rendering) : tableElement(table);
  const notes = said.map((reply) => ({ type: typeOf(reply), text: noteText(reply, rendering) }));
  return { status: 'completed', notes, ...(payload && { payload }) };
}

/** All refusals, and the last other reply, which says the present state. */
function saidOf(replies: readonly Reply[]): readonly Reply[] {
  const refusals = replies.filter(({ kind }) => kind === 'refused');
  const others = replies.filter(({ kind }) => kind !== 'refused');
  return [...refusals, ...others.slice(-1)];
}

/** What has several lines is a page of them. */
function pageOf(reply: Reply | undefined, rendering: Rendering): Element | undefined {
  const sections = reply === undefined ? [] : sectionsOf(reply, rendering);
  const { name: title } = rendering.language.forms.commands[rendering.node];
  return sections.length === 0 ? undefined : pageElement({ title, sections });
}

function sectionsOf(reply: Reply, rendering: Rendering): readonly Section[] {
  if (reply.kind === 'help') return helpPage(reply, rendering.language);
  if (reply.kind === 'statistics') return countsPage(reply, rendering.language);
  const lines = linesOf(reply, rendering);
  return lines.length > 1 ? [{ lines }] : [];
}

function linesOf(reply: Reply, { language, now }: Rendering): readonly string[] {
  return firstPartOf(replyText(reply, language, now), language).split('\n');
}

function helpPage({ isAdmin }: Help, language: Language): readonly Section[] {
  return helpSections(isAdmin, language).map(({ heading, lines }) => ({
    heading,
    lines: lines.map(({ example, meaning }) => `${example} – ${meaning}`),
  }));
}

function countsPage(reply: Statistics, language: Language): readonly Section[] {
  return countedSections(reply, language).map(({ heading, counts }) => ({
    heading,
    lines: counts.map(([name, count]) => language.statistics.line(name, count)),
  }));
}

function form({ form, mistake }: FormShown): Rendered {
  if (mistake === undefined) return { status: 'executing', notes: [], payload: formElement(form) };
  // Some clients show no notes when there is a form.
  const instructions = [mistake, form.instructions].join('\n');
  return {
    status: 'executing',
    notes: [{ type: 'error', text: mistake }],
    payload: formElement({ ...form, instructions }),
  };
}

/** Many clients show a note as one paragraph, so it is one line: the rest stands in the form. */
function noteText(reply: Reply, rendering: Rendering): string {
  const { node, language } = rendering;
  const { name, instructions } = language.forms.commands[node];
  if (reply.kind === 'help') return briefHelp(reply.isAdmin, language);
  if (reply.kind === 'statistics') return instructions;
  const [first = '', ...others] = linesOf(reply, rendering);
  return others.length > 0 && isList(reply) ? name : first;
}

/** The first line of a list says no more than the others. */
function isList({ kind }: Reply): boolean {
  return kind === 'status' || kind === 'watches';
}

/** XEP-0050 §3.6: `error` if something was not done. */
function typeOf(reply: Reply): Note['type'] {
  switch (reply.kind) {
    case 'refused':
    case 'which':
    case 'which-person':
    case 'no-such-question':
    case 'not-watching':
    case 'no-notice':
    case 'no-such-zone':
      return 'error';
    case 'policy':
      // The policy is stored, but the server does not enforce it yet.
      return reply.change === 'kept' ? 'warn' : 'info';
    default:
      return 'info';
  }
}
