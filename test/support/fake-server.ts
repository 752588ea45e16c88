import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { until } from './until.ts';

const STREAM_ID = 's1';
const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='${STREAM_ID}' from='receipts.example.org'>`;
const FOOTER = '</stream:stream>';

export interface FakeServerOptions {
  /** A free one if absent. */
  readonly port?: number;
  readonly secret?: string;
  /** Instead of answering the stream header. */
  readonly onHeader?: (connection: FakeConnection) => void;
  /** Instead of checking the secret. */
  readonly onHandshake?: (connection: FakeConnection) => void;
}

/** The server's end of one component connection; it does only what a test makes it do. */
export class FakeConnection {
  readonly socket: Socket;
  /** Everything that came, as text. */
  text = '';
  isClosed = false;
  readonly openedAt = performance.now();
  private readonly options: FakeServerOptions;
  private tail = '';
  private step: 'header' | 'handshake' | 'done' = 'header';

  constructor(socket: Socket, options: FakeServerOptions) {
    this.socket = socket;
    this.options = options;
    socket.setEncoding('utf8').setNoDelay(true);
    socket.on('data', (chunk: string) => this.read(chunk));
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('error', () => {}); // the other side may break off at any time
  }

  get hasHandshake(): boolean {
    return this.text.includes('</handshake>');
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  sendHeader(): void {
    this.write(HEADER);
  }

  accept(andThen = ''): void {
    this.write(`<handshake/>${andThen}`);
  }

  /** RFC 6120 §4.9: a stream error ends the stream. */
  refuse(condition: string, text = ''): void {
    const ns = 'urn:ietf:params:xml:ns:xmpp-streams';
    this.write(
      `<stream:error><${condition} xmlns='${ns}'/><text xmlns='${ns}'>${text}</text></stream:error>${FOOTER}`,
    );
    this.socket.end();
  }

  /** Waits until what came matches. */
  async received(pattern: RegExp): Promise<readonly string[]> {
    await until(() => pattern.test(this.text), `${pattern} in ${this.text.slice(-300)}`);
    return this.text.match(pattern) ?? [];
  }

  async closed(): Promise<void> {
    await until(() => this.isClosed, 'the connection to close');
  }

  private read(chunk: string): void {
    this.text += chunk;
    if (this.step === 'header' && this.text.includes('<stream:stream')) this.answerHeader();
    if (this.step === 'handshake' && this.hasHandshake) this.answerHandshake();
    this.tail = (this.tail + chunk).slice(-FOOTER.length);
    if (this.tail === FOOTER) this.socket.end(FOOTER);
  }

  private answerHeader(): void {
    this.step = 'handshake';
    if (this.options.onHeader) this.options.onHeader(this);
    else this.sendHeader();
  }

  private answerHandshake(): void {
    this.step = 'done';
    if (this.options.onHandshake) this.options.onHandshake(this);
    else if (this.text.includes(`>${digest(this.options.secret ?? 'secret')}<`)) this.accept();
    else this.refuse('not-authorized', 'Given token does not match calculated token');
  }
}

/** An XMPP server's component port, on loopback. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];
  private readonly server: Server;

  private constructor(options: FakeServerOptions) {
    this.server = createServer((socket) =>
      this.connections.push(new FakeConnection(socket, options)),
    );
  }

  static async start(options: FakeServerOptions = {}): Promise<FakeServer> {
    const fake = new FakeServer(options);
    await new Promise<void>((resolve) =>
      fake.server.listen(options.port ?? 0, '127.0.0.1', resolve),
    );
    return fake;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server is closed');
    return address.port;
  }

  /** The n-th connection, counted from 1, once it has sent its handshake. */
  async connection(n: number): Promise<FakeConnection> {
    await until(() => this.connections[n - 1]?.hasHandshake === true, `connection ${n}`);
    const connection = this.connections[n - 1];
    if (connection === undefined) throw new Error(`there is no connection ${n}`);
    return connection;
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

// XEP-0114 §3
function digest(secret: string): string {
  return createHash('sha1').update(`${STREAM_ID}${secret}`, 'utf8').digest('hex');
}
