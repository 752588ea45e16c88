import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, connect as reach, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A new certificate of that domain, signed by itself. */
export function certificateFor(domain: string, folder: string): Certificate {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${domain}`];
  const names = ['-addext', `subjectAltName=DNS:${domain}`];
  execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

interface Ends {
  readonly domain: string;
  readonly certificate: Certificate;
  /** Of the server, which has no TLS. */
  readonly port: number;
}

/** Listens for clients that insist on TLS, and puts them through to a server that has none (RFC 6120 §5). */
export function listenWithTls(address: string, ends: Ends): Promise<Server> {
  const server = createServer((socket) => negotiate(socket, ends));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(5222, address, () => resolve(server));
  });
}

function negotiate(socket: Socket, ends: Ends): void {
  let heard = '';
  let isOpen = false;
  const hear = (data: Buffer) => {
    heard += data.toString();
    if (!isOpen && /<stream:stream[^>]*>/.test(heard)) {
      isOpen = true;
      socket.write(features(ends.domain));
    }
    if (!heard.includes('<starttls')) return;
    socket.off('data', hear);
    socket.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    putThrough(new TLSSocket(socket, { isServer: true, ...ends.certificate }), ends.port);
  };
  socket.on('data', hear).on('error', () => socket.destroy());
}

function features(domain: string): string {
  return [
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='tls'",
    ` xmlns:stream='http://etherx.jabber.org/streams' from='${domain}'>`,
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>",
    '</stream:features>',
  ].join('');
}

function putThrough(client: TLSSocket, port: number): void {
  const server = reach(port, '127.0.0.1');
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
}
