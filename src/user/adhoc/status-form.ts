import { firstWithin } from '../../message/first-within.ts';
import type { DataForm } from '../../protocol/form.ts';
import { type Answers, textIn } from '../../protocol/form-answers.ts';
import type { Table } from '../../protocol/table.ts';
import { weightOf } from '../../protocol/weight.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import { peerOf, resourceOf } from '../commands/address.ts';
import type { Reply } from '../commands/reply.ts';
import type { Language } from '../text/language.ts';
import { moment } from '../text/moment.ts';
import { replyText } from '../text/reply-text.ts';
import { firstPartOf } from '../text/text-parts.ts';
import { type Dialog, done, type Outcome, type Session, wrong } from './dialog.ts';

/**
 * What the rows of the table may weigh, in bytes: the words, which say the same, stand in the same
 * stanza.
 */
const MOST = 3_000;
/** The elements of one row without its cells. */
const ROW_BYTES = 250;

export const status: Dialog = {
  open: async (session) => ({
    kind: 'asking',
    form: statusForm(session.language),
    accept: (answers) => showStatus(answers, session),
  }),
};

function statusForm({ forms }: Language): DataForm {
  const { commands, fields, notes } = forms;
  return {
    title: commands.status.name,
    instructions: commands.status.instructions,
    fields: [
      {
        type: 'jid-single',
        name: 'recipient',
        label: fields.recipient,
        ifWrong: notes.badRecipient,
      },
      { type: 'text-single', name: 'id', label: fields.id, ifWrong: notes.badRecipient },
    ],
  };
}

async function showStatus(answers: Answers, session: Session): Promise<Outcome> {
  const { perform, language } = session;
  const text = textIn(answers, 'recipient');
  const recipient = peerOf(text);
  const resource = resourceOf(text);
  const [id] = answers.get('id') ?? [];
  // Ids are only unique for one recipient, so an id without a recipient names no message.
  if (recipient === undefined && (text !== undefined || id !== undefined))
    return wrong(language.forms.notes.badRecipient);
  const reply = await perform({
    kind: 'status',
    ...(recipient === undefined ? {} : { recipient }),
    ...(resource === undefined ? {} : { resource }),
    ...(id === undefined ? {} : { id }),
  });
  return { ...done(reply), ...tableOf(reply, session) };
}

function tableOf(reply: Reply, session: Session): { readonly table?: Table } {
  if (reply.kind !== 'status' || reply.receipts.length === 0) return {};
  const { commands, fields } = session.language.forms;
  const rows = reply.receipts.map((receipt) => rowOf(receipt, session));
  return {
    table: {
      title: commands.status.name,
      lines: linesOf(reply, session),
      columns: [
        { name: 'recipient', label: fields.recipient, type: 'jid-single' },
        { name: 'id', label: fields.id, type: 'text-single' },
        { name: 'status', label: fields.status, type: 'text-single' },
        { name: 'at', label: fields.at, type: 'text-single' },
        { name: 'condition', label: fields.condition, type: 'text-single' },
      ],
      rows: firstWithin(rows, MOST, rowBytes),
    },
  };
}

function linesOf(reply: Reply, { language, now }: Session): readonly string[] {
  return firstPartOf(replyText(reply, language, now), language).split('\n');
}

function rowOf(receipt: Receipt, { language, now }: Session): readonly string[] {
  const { key, status: furthest, at, time = at, condition = '' } = receipt;
  const { name } = language.statusNames[furthest];
  return [key.recipient, key.id, name, moment(time, language, now), condition];
}

function rowBytes(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + weightOf(cell), ROW_BYTES);
}
