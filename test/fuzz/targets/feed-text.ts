import fc from 'fast-check';
import { FACT_KINDS, isBelieved } from '../../../src/message/kinds.ts';
import { type Line, readLines } from '../../../src/protocol/feed-text.ts';
import { MAX_ID_BYTES, MAX_KEY_BYTES } from '../../../src/protocol/limits.ts';
import { mutated } from '../corpus.ts';
import { insist, type Target } from '../target.ts';

const DOMAIN = 'example.org';

const WORDS = [
  'message',
  'gap',
  'deleted',
  'emptied',
  'restarted',
  'unseen',
  'of=sent',
  '\t',
  '\n',
  ' ',
  '%00',
  '%2',
  '@',
  '/',
  'example.org',
  'xn--',
  '-1',
  '99999999999999999',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('m1', '', ...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const address = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'alice@example.org',
      'bob@example.net',
      'bob@example.org',
      'room@muc.example.org',
      'example.org',
      'BOB@EXAMPLE.org',
      'bob@example.org/x',
      'bob@bücher.example',
    ),
  },
  { weight: 1, arbitrary: text },
);
const stamp = fc.constantFrom('1795338025465001', '0', '', '-5', '1e9', '99999999999999999', '１');
const detail = fc
  .tuple(
    fc.constantFrom(
      'of',
      'where',
      'resource',
      'sm',
      'type',
      'may-see',
      'policy',
      'token',
      'origin-id',
      'markable',
      'report',
      'condition',
      'handed',
      'withheld',
      'archived',
      'time',
      '__proto__',
      'x',
    ),
    text,
  )
  .map(([name, value]) => `${name}=${value}`);
const kind = fc.constantFrom(
  ...FACT_KINDS,
  'unseen',
  'occupant',
  'weather',
  '__proto__',
  'toString',
);
const fact = fc
  .tuple(kind, stamp, fc.array(detail, { maxLength: 4 }))
  .map(([name, at, details]) => [name, at, ...details].join(' '));

const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(text, address, address, fc.array(fact, { maxLength: 4 }))
      .map(([id, sender, recipient, facts]) =>
        ['message', id, sender, recipient, ...facts].join('\t'),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('gap', 'deleted', 'emptied', 'restarted', 'weather'),
        stamp,
        address,
        fc.array(address, { maxLength: 3 }),
      )
      .map(([name, at, whose, others]) => [name, at, whose, ...others].join('\t')),
  },
);

export const feedText: Target<string> = {
  name: 'feed-text',
  about: 'the lines of a batch: only what that server may say becomes a fact',
  inputs: fc.oneof(
    { weight: 3, arbitrary: fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')) },
    { weight: 2, arbitrary: mutated('feed-text', WORDS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  ),
  read: (it) => it,
  open: () => ({ isAsync: false, check }),
};

function check(batch: string): void {
  const lines = readLines(batch, DOMAIN);
  insist(lines.length <= batch.split('\n').length, 'more lines than came');
  for (const each of lines) checkLine(each);
}

function checkLine(read: Line): void {
  if ('at' in read) insist(Number.isSafeInteger(read.at) && read.at >= 0, 'a stamp is no number');
  if (read.kind === 'deleted' || read.kind === 'emptied')
    insist(read.account.endsWith(`@${DOMAIN}`), 'an account of somebody else');
  if (read.kind === 'message') checkMessage(read);
}

function checkMessage({ key, facts }: Extract<Line, { kind: 'message' }>): void {
  const { id, sender, recipient } = key;
  const isOurs = [sender, recipient].some((jid) => jid.split('/')[0]?.split('@').at(-1) === DOMAIN);
  insist(isOurs, 'a message of nobody there');
  insist(Buffer.byteLength(id) <= MAX_ID_BYTES && id !== '' && !id.includes('\0'), 'an id');
  insist(Buffer.byteLength(id + sender + recipient) <= MAX_KEY_BYTES, 'a key that is too long');
  for (const each of facts) {
    insist(isBelieved(each.kind, each.side), `${each.kind} by the side of ${each.side}`);
    insist(Number.isSafeInteger(each.at), 'a stamp is no number');
  }
}
