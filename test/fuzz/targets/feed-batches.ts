import fc from 'fast-check';
import type { BareJid } from '../../../src/message/jid.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../../src/protocol/xml.ts';
import { COMPONENT, SERVER } from '../../support/settings.ts';
import { DaemonUnderFire } from '../daemon-under-fire.ts';
import { insist, type Target } from '../target.ts';
import { anybody } from './addresses.ts';

type Secret = 'right' | 'wrong' | 'none';

interface Batch {
  readonly from: string;
  readonly secret: Secret;
  readonly lines: readonly string[];
  readonly waiting: string;
  readonly gap: string | undefined;
  readonly node: string | undefined;
}

/** The message that no server speaks of: whoever writes it has made it up. */
const FORGED = { sender: `u1@${SERVER}`, recipient: `u2@${SERVER}`, id: 'forged' };

const T0 = 1_795_338_025_465_001;
const stamp = fc.nat(7_200_000_000).map((after) => String(T0 + after));
const id = fc.constantFrom(
  ...Array.from({ length: 12 }, (_, n) => `m${n}`),
  '%0A%00',
  "'%20--",
  'x'.repeat(300),
  '',
);
const address = fc.constantFrom(
  `u1@${SERVER}`,
  `u2@${SERVER}`,
  `u3@${SERVER}`,
  'eve@example.net',
  'dan@example.com',
  SERVER,
  `u1@${SERVER}/x`,
  '',
);
const fact = fc
  .tuple(
    fc.constantFrom(
      'accepted',
      'sent',
      'stored',
      'kept',
      'acked',
      'received',
      'displayed',
      'failed',
      'lost',
      'relayed',
      'gone',
      'approved',
      'expired',
      'unseen',
      'x',
    ),
    stamp,
    fc.array(
      fc.constantFrom(
        'type=chat',
        'may-see=yes',
        'policy=manual',
        'policy=refuse',
        'token=t',
        'resource=phone',
        'resource=%20',
        'where=archive',
        'sm=no',
        'of=sent',
        'withheld=yes',
        'condition=gone',
        'report=',
        'time=5',
      ),
      { maxLength: 3 },
    ),
  )
  .map(([kind, at, details]) => [kind, at, ...details].join(' '));
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(id, address, address, fc.array(fact, { maxLength: 5 }))
      .map((fields) => ['message', ...fields.flat()].join('\t')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('emptied', 'deleted', 'gap', 'restarted', 'x'),
        stamp,
        address,
        fc.constantFrom('offline', 'archive', '3'),
      )
      .map((fields) => fields.join('\t')),
  },
);

const batch: fc.Arbitrary<Batch> = fc.record({
  from: fc.oneof({ weight: 3, arbitrary: fc.constant(SERVER) }, { weight: 1, arbitrary: anybody }),
  secret: fc.constantFrom<Secret>('right', 'right', 'right', 'wrong', 'none'),
  lines: fc.array(line, { maxLength: 6 }),
  waiting: fc.constantFrom('0', '0', '7', '-1', '1e999', 'x'),
  gap: fc.constantFrom(undefined, undefined, undefined, String(T0), 'x'),
  node: fc.constantFrom(undefined, undefined, 'ejabberd@one', 'ejabberd@two', '', '__proto__'),
});

export const feedBatches: Target<Batch> = {
  name: 'feed-batches',
  about: 'batches of facts: taken of the server that knows the secret, of nobody else',
  inputs: batch,
  read: (text) => ({
    from: SERVER,
    secret: 'right',
    lines: text.split('\n'),
    waiting: '0',
    gap: undefined,
    node: undefined,
  }),
  open: async () => {
    const fire = await DaemonUnderFire.open();
    return {
      isAsync: true,
      check: (it) => checkBatch(it, fire),
      close: async () => {
        const key = {
          ...FORGED,
          sender: FORGED.sender as BareJid,
          recipient: FORGED.recipient as BareJid,
        };
        insist((await fire.store.records.find(key)) === undefined, 'a forged fact is kept');
        insist(
          (fire.daemon.counters.all()['bad items: not judged'] ?? 0) === 0,
          'a bug in judging',
        );
        await fire.close();
      },
    };
  },
};

async function checkBatch(it: Batch, fire: DaemonUnderFire): Promise<void> {
  const isTrue = it.from === SERVER && it.secret === 'right';
  const lines = isTrue ? it.lines : [...it.lines, forgedLine()];
  const sent = await fire.take(requestOf({ ...it, lines }, fire.secret), isTrue ? lines.length : 0);
  const [answer] = sent.filter(({ name, attrs }) => name === 'iq' && attrs['id'] === 'f1');
  insist(answer !== undefined, 'no answer');
  if (answer === undefined) return;
  insist(answer.attrs['type'] === (isTrue ? 'result' : 'error'), `${answer}`);
  const counts = child(answer, 'facts', NS.feed)?.attrs;
  const written = lines.filter((each) => each !== '').length;
  insist(
    !isTrue || Number(counts?.['taken']) + Number(counts?.['bad']) === written,
    'a line is missing',
  );
}

function forgedLine(): string {
  const { id: forged, sender, recipient } = FORGED;
  return `message\t${forged}\t${sender}\t${recipient}\taccepted ${T0} may-see=yes\tdisplayed ${T0 + 1}`;
}

function requestOf({ from, secret, lines, waiting, gap, node }: Batch, right: string): Element {
  const secrets = { right, wrong: 'guessed', none: undefined };
  const facts = { xmlns: NS.feed, waiting, gap, node, secret: secrets[secret] };
  return element(
    'iq',
    { type: 'set', id: 'f1', from, to: COMPONENT },
    element('facts', facts, lines.join('\n')),
  );
}
