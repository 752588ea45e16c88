import { connect } from 'node:net';
import Parser from '@xmpp/xml/lib/Parser.js';
import type { Element } from '../../src/protocol/xml.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { COMPONENT, DOMAIN } from '../measure/daemon.ts';
import { obey } from '../measure/helper.ts';

/**
 * The least that any component in this language must do: xmpp.js parses, then for each fact one read and one write in
 * SQLite under our own pragmas, one transaction for all that came in one read of the socket, and the answers.
 */
export interface FloorOrder {
  readonly port: number;
  readonly database: string;
}

const TABLE = `
  CREATE TABLE floor (
    sender TEXT NOT NULL, recipient TEXT NOT NULL, id TEXT NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (sender, recipient, id)
  ) WITHOUT ROWID`;
const READ = 'SELECT fact FROM floor WHERE sender = ? AND recipient = ? AND id = ?';
const UPSERT = `
  INSERT INTO floor (sender, recipient, id, fact) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET fact = excluded.fact`;

async function connectFloor({ port, database }: FloorOrder): Promise<object> {
  const keep = keeperOf(database);
  const parser = new Parser();
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('utf8');
  let batches: Element[] = [];
  const ready = new Promise<void>((resolve) => {
    parser.on('element', (element) => {
      if (element.name === 'iq') batches.push(element);
      else resolve();
    });
  });
  socket.on('data', (text: string) => {
    parser.write(text);
    if (batches.length === 0) return;
    keep(batches.flatMap(linesOf));
    socket.write(batches.map(resultFor).join(''));
    batches = [];
  });
  socket.write(
    `<?xml version='1.0'?><stream:stream to='${COMPONENT}' xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>`,
  );
  socket.write('<handshake>0</handshake>');
  await ready;
  return {};
}

/** Keeps facts; they are committed when it returns. */
function keeperOf(path: string): (lines: readonly string[]) => void {
  const database = openDatabase(path);
  database.exec(TABLE);
  const read = database.prepare(READ);
  const upsert = database.prepare(UPSERT);
  return database.transaction((lines: readonly string[]) => {
    for (const line of lines) {
      const [, id, sender, recipient, ...facts] = line.split('\t');
      for (const fact of facts) {
        read.get(sender, recipient, id);
        upsert.run(sender, recipient, id, fact);
      }
    }
  }).immediate;
}

function linesOf(iq: Element): readonly string[] {
  return iq.getChildElements()[0]?.getText().split('\n') ?? [];
}

function resultFor(iq: Element): string {
  return `<iq type="result" id="${iq.attrs['id']}" from="${COMPONENT}" to="${DOMAIN}"/>`;
}

obey(connectFloor);
