import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, children, type Element } from '../../../src/protocol/xml.ts';
import { NODES, type Node } from '../../../src/user/adhoc/commands.ts';
import { accepted, BOB, fact, keyOf } from '../../support/facts.ts';
import { REPOSITORY } from '../../support/repository.ts';
import { ADMIN, CAROL, command, Desk, optionsIn, read } from './desk.ts';

const PAGE = readFileSync(join(REPOSITORY, 'docs/protocol.md'), 'utf8');
const [, SECTION = ''] = PAGE.split(/^### 3\.6 Ad-hoc commands$/m);
const CHOOSES = /^list-/;

interface Described {
  readonly name: string;
  /** As the page writes it: `list-single, required`. */
  readonly type: string;
  /** The words that a choice offers, but for the numbers of questions, and for messages. */
  readonly values: readonly string[];
}

describe('docs/protocol.md §3.6 lists', () => {
  test.each(NODES)('the fields of the form of %s as the code sends them', async (node) => {
    expect(documented(node)).toEqual(await sent(node));
  });

  test('no form of a command that does not exist', () => {
    expect(NODES).toEqual(expect.arrayContaining(rows().map(([node]) => node)));
  });

  test('the columns of the table that status answers with', async () => {
    const desk = new Desk();
    await desk.learn(keyOf('m1', BOB, CAROL), accepted(), fact('stored', 1));
    const { form } = read(await desk.ask(command({ node: 'status', fields: {} })));
    const reported = form && child(form, 'reported', NS.forms);
    const columns = reported?.getChildElements().map(({ attrs }) => attrs['var']);
    const [, listed = ''] = SECTION.split('Its columns are');
    expect(columns).toEqual(wordsIn(listed.split('.')[0] ?? ''));
  });
});

function documented(node: Node): readonly Described[] {
  return rows()
    .filter(([of]) => of === node)
    .map(([, name = '', type = '', values = '']) => ({
      name,
      type,
      values: CHOOSES.test(type) ? wordsIn(values) : [],
    }));
}

/** The cells of the table of fields; the first two without their backticks. */
function rows(): readonly (readonly string[])[] {
  const [, table = ''] = SECTION.split('| command | field | type | values |\n');
  const lines = (table.split('\n\n')[0] ?? '').split('\n').slice(1);
  return lines.map((line) => {
    const [node = '', name = '', ...others] = line.split('|').slice(1, -1).map(trimmed);
    return [...wordsIn(node), ...wordsIn(name), ...others];
  });
}

async function sent(node: Node): Promise<readonly Described[]> {
  const desk = new Desk();
  const from = `${ADMIN}/pc`;
  await desk.question(ADMIN);
  await desk.learn(keyOf('m1', ADMIN, CAROL), accepted());
  await desk.ask(command({ node: 'watch', from, fields: {} }));
  const { form } = read(await desk.ask(command({ node, from })));
  const isToFillIn = form?.attrs['type'] === 'form';
  const fields = isToFillIn ? children(form, 'field', NS.forms) : [];
  return fields.map((field) => description(field, form));
}

function description(field: Element, form: Element | undefined): Described {
  const { var: name = '', type = '' } = field.attrs;
  const isRequired = child(field, 'required', NS.forms) !== undefined;
  return {
    name,
    type: isRequired ? `${type}, required` : type,
    values: optionsIn(form, name)
      .map(([value]) => value)
      .filter((value) => !/^\d+$|@/.test(value)),
  };
}

function trimmed(cell: string): string {
  return cell.trim();
}

function wordsIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}
