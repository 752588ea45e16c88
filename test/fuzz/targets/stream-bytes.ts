import { StringDecoder } from 'node:string_decoder';
import fc from 'fast-check';
import { bareComponent, type Component } from '../../../src/link/bare-component.ts';
import { guardReading } from '../../../src/link/guarded-reading.ts';
import { wellFormed } from '../../../src/link/well-formed.ts';
import { conditionOf, errorOf, isRequest } from '../../../src/protocol/iq.ts';
import type { Element } from '../../../src/protocol/xml.ts';
import { parseOne } from '../../support/xml.ts';
import { mutated } from '../corpus.ts';
import { insist, type Target } from '../target.ts';

interface Input {
  /** How many stanzas with the ids c0, c1 … come first. */
  readonly clean: number;
  readonly rest: string;
  /** Where the bytes are cut, as shares. */
  readonly cuts: readonly number[];
}

const HEADER = `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s2'>`;
const WORDS = [
  '<',
  '>',
  '/>',
  '</',
  '"',
  "'",
  '=',
  ' ',
  '&',
  ';',
  '&#0;',
  '&#x110000;',
  '&amp',
  '&lol;',
  '&#x202e;',
  '😀',
  '\u0000',
  '\ufffe',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<?',
  '?>',
  '<!DOCTYPE x [<!ENTITY lol "lol">]>',
  HEADER,
  '</stream:stream>',
  '</message>',
  '</x>',
  "<message from='a@b' id='m'>",
  '<body>',
  '</body>',
  "<iq type='get' id='q' from='a@b'>",
  "<presence from='a@b'/>",
  "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
  "<a xmlns:x='y' x:z='1' __proto__='2' constructor='3'>",
  '<__proto__>',
  '<a:b:c/>',
  '<:/>',
  '<handshake/>',
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...WORDS), fc.nat(200))
      .map(([word, times]) => word.repeat(times)),
  },
);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

export const streamBytes: Target<Input> = {
  name: 'stream-bytes',
  about: 'bytes on the component stream: read, or the stream ends; never the process',
  inputs: fc.record({
    clean: fc.nat(2),
    rest: fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      mutated('stream-bytes', WORDS),
    ),
    cuts,
  }),
  read: (rest) => ({ clean: 1, rest, cuts: [0.3, 0.31, 0.7] }),
  open: () => ({ isAsync: false, check }),
};

function check({ clean, rest, cuts }: Input): void {
  const entity = opened();
  const seen: Element[] = [];
  let failures = 0;
  guardReading(entity, {
    isOver: () => failures > 0,
    fail: () => {
      failures += 1;
    },
  });
  entity.on('stanza', (stanza) => seen.push(stanza as Element));
  entity.on('error', () => {
    failures += 1;
  });
  entity._onStreamError = () => {
    failures += 1;
  };
  const first = Array.from({ length: clean }, (_, n) => `<message from='é@😀' id='c${n}'/>`);
  for (const text of chunks(HEADER + first.join('') + rest, cuts)) entity._onData(text);
  const ids = seen.slice(0, clean).map(({ attrs }) => attrs['id']);
  insist(ids.every((id, n) => id === `c${n}`) && ids.length === clean, `lost of ${clean}: ${ids}`);
  for (const stanza of seen) use(stanza);
}

/** As far as the library needs it to read. */
function opened(): Component {
  const entity = bareComponent({ domain: 'r.test', host: '127.0.0.1', port: 1, secret: 's' });
  // Where the library would write, nobody is.
  const inside = entity as unknown as Inside;
  inside.write = async () => {};
  inside._end = async () => {};
  inside._attachParser(new inside.Parser());
  return entity;
}

interface Inside {
  write: (text: string) => Promise<void>;
  _end: () => Promise<void>;
  _attachParser: (parser: unknown) => void;
  Parser: new () => unknown;
}

/** As a socket with an encoding hands them over. */
function chunks(text: string, cuts: readonly number[]): readonly string[] {
  const bytes = Buffer.from(text);
  const decoder = new StringDecoder('utf8');
  const places = [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length];
  let from = 0;
  return places
    .toSorted((a, b) => a - b)
    .map((to) => {
      const part = decoder.write(bytes.subarray(from, to));
      from = to;
      return part;
    });
}

/** What every part of the daemon does with a stanza. */
function use(stanza: Element): void {
  insist(['message', 'presence', 'iq'].includes(stanza.name), `no stanza: ${stanza.name}`);
  conditionOf(stanza);
  stanza.getChild('body')?.getText();
  for (const child of stanza.getChildElements()) child.is('x', 'y');
  if (isRequest(stanza))
    parseOne(wellFormed(errorOf(stanza, { type: 'cancel', condition: 'gone' })));
}
