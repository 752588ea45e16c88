import { expect, test } from 'vitest';
import { readPolicyFile } from '../../../src/operator/cli/policy-file.ts';

const DOMAINS = ['example.org'];

test('a line is a user, a contact or a dash, and a policy; comments and empty lines are left out', () => {
  const text = '# ours\nalice@example.org, -, manual\r\n\nalice@example.org,example.net,default\n';
  expect(readPolicyFile(text, DOMAINS)).toEqual({
    lines: [
      { user: 'alice@example.org', contact: undefined, policy: 'manual' },
      { user: 'alice@example.org', contact: 'example.net', policy: 'default' },
    ],
    problems: [],
  });
});

test('an address may be in any spelling, as with the other commands', () => {
  const text = 'ANN@xn--bcher-kva.test, -, manual\nａｎｎ@BÜCHER.test, -, manual';
  const { lines, problems } = readPolicyFile(text, ['bücher.test']);
  expect(problems).toEqual([]);
  expect(lines).toHaveLength(2);
});

test.each([
  ['alice@example.org, manual', 'line 1: expected user, contact or -, policy'],
  ['alice@example.net, -, manual', 'line 1: "alice@example.net" is not a user of example.org'],
  ['example.org, -, manual', 'line 1: "example.org" is not a user of example.org'],
  ['alice@example.org, a b, manual', 'line 1: "a b" is not an address, a domain or -'],
  ['alice@example.org, , manual', 'line 1: "" is not an address, a domain or -'],
  [
    'alice@example.org, -, never',
    'line 1: "never" is none of refuse, manual, client, automatic, default',
  ],
])('"%s" is refused with what is expected', (line, problem) => {
  expect(readPolicyFile(line, DOMAINS)).toEqual({ lines: [], problems: [problem] });
});

test('all lines that are wrong are named, with their numbers', () => {
  const text = 'x\nalice@example.org, -, manual\ny';
  const { problems } = readPolicyFile(text, DOMAINS);
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['line 1', 'line 3']);
});
