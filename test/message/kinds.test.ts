import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import type { Side } from '../../src/message/key.ts';
import { differenceOf, FACT_KINDS, isBelieved, isFactKind } from '../../src/message/kinds.ts';
import { accepted, fact } from '../support/facts.ts';
import { REPOSITORY } from '../support/repository.ts';

describe('believed servers', () => {
  const believed: Readonly<Record<FactKind, readonly Side[]>> = {
    accepted: ['sender', 'recipient', 'both'],
    relayed: ['sender'],
    sent: ['recipient', 'both'],
    stored: ['recipient', 'both'],
    kept: ['recipient', 'both'],
    acked: ['recipient', 'both'],
    lost: ['recipient', 'both'],
    received: ['sender', 'recipient', 'both'],
    displayed: ['sender', 'recipient', 'both'],
    failed: ['sender', 'recipient', 'both'],
    approved: ['component'],
    declined: ['component'],
    expired: ['component'],
    gone: ['component'],
  };
  const sides: readonly Side[] = ['sender', 'recipient', 'both', 'component'];

  test.each(Object.entries(believed))(
    'a fact of the kind %s is believed of: %s',
    (kind, expected) => {
      expect(sides.filter((side) => isBelieved(kind as FactKind, side))).toEqual(expected);
    },
  );
});

describe('the list of kinds in a server module', () => {
  const reported = FACT_KINDS.filter((kind) => !isBelieved(kind, 'component'));

  test.each([
    ['Prosody', 'prosody-config/modules/mod_receipts', /\.lua$/],
    ['ejabberd', 'ejabberd-config/modules/mod_receipts', /\.[eh]rl$/],
  ])(
    'the module for %s has one list of kinds, and it names every kind that a server may report',
    (_, folder, ending) => {
      const lists = textsIn(join(REPOSITORY, folder), ending).flatMap(listsOfKinds);
      expect(lists.map((kinds) => kinds.toSorted())).toEqual([reported.toSorted()]);
    },
  );
});

describe('two facts of one kind', () => {
  test.each<[string, Fact, string]>([
    ['are different under different policies', accepted(0, { policy: 'manual' }), 'manual'],
    ['are alike without a policy', accepted(0), ''],
    [
      'differ if one session acknowledges nothing',
      fact('sent', 0, { unacknowledged: true }),
      'true',
    ],
    [
      'differ if one session hides from the sender',
      { ...fact('acked', 0), unseen: true } as Fact,
      'unseen  ',
    ],
    [
      'differ if the archive has only one of them, of those that are unseen',
      { ...fact('sent', 0), unseen: true, archived: true } as Fact,
      'unseen true ',
    ],
    ['differ if one answer was stopped', fact('received', 0, { withheld: true }), 'true'],
    ['differ if they are of different sessions', fact('sent', 0, { resource: 'phone' }), '3'],
    ['are alike if only other details differ', fact('acked', 0, { resource: 'phone' }), ''],
    ['differ if they are in different stores', fact('stored', 0), 'offline'],
    ['are alike where nothing can set them apart', fact('declined', 0), ''],
  ])('two facts of one kind: %s', (_, one, difference) => {
    expect(differenceOf(one)).toBe(difference);
  });
});

test('only our own words are kinds of facts', () => {
  expect([...FACT_KINDS, 'read', 'toString', ''].filter(isFactKind)).toEqual(FACT_KINDS);
});

function textsIn(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** A table of Lua that is returned, or the macro PROVES of Erlang, whose words are all kinds of facts. */
function listsOfKinds(text: string): readonly (readonly string[])[] {
  const tables = [...text.matchAll(/^return \{$(.*?)^\}/gms)].map(([, rows = '']) =>
    [...rows.matchAll(/^\t"([a-z]+)";/gm)].map(([, word = '']) => word),
  );
  const macros = [...text.matchAll(/^-define\(PROVES, \[([a-z, ]+)\]\)/gm)].map(([, words = '']) =>
    words.split(', '),
  );
  return [...tables, ...macros].filter((words) => words.length > 0 && words.every(isFactKind));
}
