import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCommand } from '../../src/protocol/adhoc-command.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { anyElement } from '../support/any-element.ts';
import { parseOne as parse } from '../support/xml.ts';

const ACTIONS = ['execute', 'next', 'complete', 'prev', 'cancel'];

const anyCommand = anyElement({
  names: ['command', 'x', 'field', 'value', 'actions', 'note'],
  namespaces: [NS.commands, NS.forms],
  attributes: ['node', 'action', 'sessionid', 'type', 'var'],
  values: [...ACTIONS, 'Execute', 'toString', 'submit', 'cancel', 'form', ''],
});

test('whatever is sent as a command is read as a request or refused with a reason', () => {
  fc.assert(
    fc.property(anyCommand, (command) => {
      const read = readCommand(command);
      if (read.kind === 'bad') expect(['malformed-action', 'bad-payload']).toContain(read.because);
      else {
        expect(ACTIONS).toContain(read.action);
        expect(read.sessionId).not.toBe('');
      }
    }),
  );
});

test('a request without an action is one to execute: XEP-0050 §3.3', () => {
  expect(readCommand(parse(`<command xmlns='${NS.commands}' node='n'/>`))).toEqual({
    kind: 'request',
    node: 'n',
    action: 'execute',
    sessionId: undefined,
    answers: undefined,
  });
});

test.each([
  ['an unknown action', `<command action='jump'/>`, 'malformed-action'],
  [
    'a form that is not submitted',
    `<command><x xmlns='jabber:x:data' type='form'/></command>`,
    'bad-payload',
  ],
])('%s is refused', (_, command, because) => {
  expect(readCommand(parse(command))).toEqual({ kind: 'bad', because });
});
