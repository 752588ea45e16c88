import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPONENT, DOMAIN } from '../measure/daemon.ts';
import { obey } from '../measure/helper.ts';
import { PROFILES, type Profile, type ProfileName } from './items.ts';

/** The server's end of a component stream: it feeds as mod_receipts does, as fast as the other end allows. */
export type FeederOrder =
  /** Whether it has taken what the component sends; unless true, receipts wait. */
  | { readonly kind: 'listen'; readonly takesReceipts?: boolean }
  | { readonly kind: 'feed'; readonly profile: ProfileName; readonly items: number }
  | { readonly kind: 'flood'; readonly stanzas: number };

export interface Fed {
  readonly seconds: number;
  readonly facts: number;
}

const BATCHES_IN_FLIGHT = 8;
const FLOOD_CHUNK = 500;
const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='${COMPONENT}'>`;
/** What a daemon says in its hello; a component that is no daemon says none. */
const SECRET = /<hello [^>]*secret="([^"]*)/;
/** By then it has said hello. */
const GREETING_MS = 200;
const RESULT = /id=["']f\d+["']/g;

let server: Server;
let socket: Socket | undefined;
let tail = '';
let secret = '';
let onResults: (count: number) => void = () => undefined;
let takesReceipts = false;
let nextNumber = 0;
let nextIq = 0;

async function carryOut(order: FeederOrder): Promise<object> {
  switch (order.kind) {
    case 'listen':
      takesReceipts = order.takesReceipts ?? false;
      return { port: await listen() };
    case 'feed':
      await sleep(GREETING_MS);
      return await feed(PROFILES[order.profile], order.items);
    case 'flood':
      return await flood(order.stanzas);
  }
}

async function listen(): Promise<number> {
  server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function serve(connection: Socket): void {
  socket = connection;
  tail = '';
  connection.setNoDelay(true).setEncoding('latin1');
  connection.on('error', () => undefined);
  connection.on('data', (text: string) => read(connection, text));
}

function read(connection: Socket, text: string): void {
  const all = tail + text;
  const end = all.lastIndexOf('>') + 1;
  tail = all.slice(end);
  if (end > 0) take(connection, all.slice(0, end));
}

/** Whole tags only, so that none is counted twice. */
function take(connection: Socket, text: string): void {
  if (text.includes('<stream:stream')) connection.write(HEADER);
  if (text.includes('</handshake>')) connection.write('<handshake/>');
  if (text.includes(`type="error"`)) throw new Error(`the component refused a batch: ${text}`);
  secret = SECRET.exec(text)?.[1] ?? secret;
  if (text.includes(`type="get"`)) answerGets(connection, text);
  const results = text.match(RESULT)?.length ?? 0;
  if (results > 0) onResults(results);
}

/**
 * A hello gets a hello, and so does a ping: whoever asks is content with any result. A ping of the
 * component to itself asks whether what it sent before was taken.
 */
function answerGets(connection: Socket, text: string): void {
  for (const [iq] of text.matchAll(/<iq [^>]*type="get[^>]*>/g)) {
    const id = /id="([^"]*)/.exec(iq)?.[1];
    const from = takesReceipts && iq.includes(`to="${COMPONENT}"`) ? COMPONENT : DOMAIN;
    connection.write(
      `<iq type='result' id='${id}' from='${from}' to='${COMPONENT}'>${hello()}</iq>`,
    );
  }
}

function hello(): string {
  return `<hello xmlns='xmpp-receipts:feed:1' version='1' module='0.1.0' server='Feeder' server-version='0' proves='' enforces='' waiting='0' secret='${secret}'/>`;
}

/** Resolves when the last batch has its result. */
function feed(profile: Profile, items: number): Promise<Fed> {
  const { itemsPerIq, factsPerItem } = profile;
  const batches = Math.ceil(items / itemsPerIq);
  const startedAt = performance.now();
  let [sent, taken] = [0, 0];
  return new Promise((resolve) => {
    const fill = () => {
      let text = '';
      for (; sent < batches && sent - taken < BATCHES_IN_FLIGHT; sent += 1) text += iqOf(profile);
      if (text !== '') socket?.write(text);
    };
    onResults = (count) => {
      taken += count;
      fill();
      if (taken < batches) return;
      const seconds = (performance.now() - startedAt) / 1000;
      resolve({ seconds, facts: batches * itemsPerIq * factsPerItem });
    };
    fill();
  });
}

function iqOf({ itemsPerIq, item }: Profile): string {
  const at = Date.now() * 1000;
  const lines: string[] = [];
  for (let index = 0; index < itemsPerIq; index += 1) lines.push(item(nextNumber++, at));
  nextIq += 1;
  return `<iq type='set' id='f${nextIq}' from='${DOMAIN}' to='${COMPONENT}'><facts xmlns='xmpp-receipts:feed:1' waiting='0' secret='${secret}'>${lines.join('\n')}</facts></iq>`;
}

/** One stanza for each fact and no window: TCP alone slows us. The other end says when it has had the last. */
function flood(stanzas: number): Promise<Fed> {
  const startedAt = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    onResults = () => resolve({ seconds: (performance.now() - startedAt) / 1000, facts: stanzas });
    const write = () => {
      let hasRoom = true;
      while (hasRoom && sent < stanzas) {
        const count = Math.min(FLOOD_CHUNK, stanzas - sent);
        sent += count;
        hasRoom = socket?.write(eventsOf(count, sent === stanzas)) ?? false;
      }
      if (sent < stanzas) socket?.once('drain', write);
    };
    write();
  });
}

function eventsOf(count: number, isEnd: boolean): string {
  const events = Array.from({ length: count }, (_, index) => eventOf(isEnd && index === count - 1));
  return events.join('');
}

function eventOf(isLast: boolean): string {
  const [, id, sender, recipient, fact = ''] = PROFILES.single
    .item(nextNumber++, Date.now() * 1000)
    .split('\t');
  const [kind, at] = fact.split(' ');
  const last = isLast ? ` last='yes'` : '';
  return `<message id='e${nextNumber}' from='${DOMAIN}' to='${COMPONENT}'><fact xmlns='xmpp-receipts:feed:1' kind='${kind}' at='${at}' id='${id}' sender='${sender}' recipient='${recipient}' type='chat' may-see='yes' token='kX2cWmZb0bqk'${last}/></message>`;
}

obey(carryOut);
