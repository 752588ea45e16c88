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
import type { Done } from './dialog.ts';
import type { CommandStep, FormShown } from './run.ts';

type Help = Extract<Reply, { kind: 'help' }>;
type Watches = Extract<Reply, { kind: 'watches' }>;
type Statistics = Extract<Reply, { kind: 'statistics' }>;
type Rendered = Pick<CommandAnswer, 'status' | 'notes' | 'payload'>;

export function render(
  step: Exclude<CommandStep, BadCommand>,
  language: Language,
  now: Clock,
): Rendered {
  switch (step.kind) {
    case 'asking':
      return form(step);
    case 'canceled':
      return { status: 'canceled', notes: [{ type: 'info', text: language.forms.notes.canceled }] };
    default: {
      const payload = payloadOf(step, language, now);
      const notes = notesOf(step.replies, language, now);
      return { status: 'completed', notes, ...(payload && { payload }) };
    }
  }
}

function payloadOf(
  { replies: [reply], table }: Done,
  language: Language,
  now: Clock,
): Element | undefined {
  if (table !== undefined) return tableElement(table);
  const { commands } = language.forms;
  switch (reply?.kind) {
    case 'help':
      return pageElement({ title: commands.help.name, sections: helpPage(reply, language) });
    case 'statistics':
      return pageElement({
        title: commands.statistics.name,
        sections: countsPage(reply, language),
      });
    case 'watches':
      return watchesPage(reply, language, now);
    default:
      return undefined;
  }
}

/** Several messages are lines of a page: a note may be shown as one paragraph. */
function watchesPage(reply: Watches, language: Language, now: Clock): Element | undefined {
  const [heading = '', ...lines] = firstPartOf(replyText(reply, language, now), language).split(
    '\n',
  );
  if (lines.length < 2) return undefined;
  const { name: title } = language.forms.commands.watches;
  return pageElement({ title, sections: [{ heading, lines }] });
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

/** All refusals, and the last other reply, which says the present state. */
function notesOf(replies: readonly Reply[], language: Language, now: Clock): readonly Note[] {
  const refusals = replies.filter(({ kind }) => kind === 'refused');
  const others = replies.filter(({ kind }) => kind !== 'refused');
  return [...refusals, ...others.slice(-1)].map((reply) => ({
    type: typeOf(reply),
    text: noteText(reply, language, now),
  }));
}

/** Many clients show a note as one paragraph: what is long stands in the form. */
function noteText(reply: Reply, language: Language, now: Clock): string {
  if (reply.kind === 'help') return briefHelp(reply.isAdmin, language);
  const { commands } = language.forms;
  if (reply.kind === 'statistics') return commands.statistics.instructions;
  return firstPartOf(replyText(reply, language, now), language);
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
