// Makes a Debian package of the daemon: build/xmpp-receipts_VERSION_ARCH.deb. Needs dpkg-deb.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundle } from './setup/bundle.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

const TREE = 'build/deb';
const HOME = join(TREE, 'usr/lib/xmpp-receipts');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
/** The compiled library fits one major version of Node only. */
const nextNode = `${Number(process.versions.node.split('.')[0]) + 1}~`;
const architecture = read('dpkg', ['--print-architecture']);

rmSync(TREE, { recursive: true, force: true });
bundle(HOME);
copyDebianFiles();
const file = `build/xmpp-receipts_${version}_${architecture}.deb`;
execFileSync('dpkg-deb', ['--root-owner-group', '--build', TREE, file], { stdio: 'inherit' });

function copyDebianFiles() {
  put('usr/lib/systemd/system/xmpp-receipts.service', 0o644);
  put('etc/xmpp-receipts/receipts.yaml', 0o640);
  for (const script of ['postinst', 'prerm', 'postrm']) put(`DEBIAN/${script}`, 0o755);
  put('DEBIAN/conffiles', 0o644);
  put('DEBIAN/control', 0o644);
  mkdirSync(join(TREE, 'usr/bin'), { recursive: true });
  execFileSync('ln', [
    '-s',
    '../lib/xmpp-receipts/dist/xmpp-receipts.js',
    join(TREE, 'usr/bin/xmpp-receipts'),
  ]);
  chmodSync(join(HOME, 'dist/xmpp-receipts.js'), 0o755);
  mkdirSync(join(TREE, 'usr/share/doc/xmpp-receipts'), { recursive: true });
  cpSync('LICENSE', join(TREE, 'usr/share/doc/xmpp-receipts/copyright'));
}

function put(path, mode) {
  const source = join('debian', path.split('/').at(-1));
  if (!existsSync(source)) throw new Error(`${source} is missing`);
  const target = join(TREE, path);
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, filled(readFileSync(source, 'utf8')));
  chmodSync(target, mode);
}

function filled(text) {
  return text
    .replaceAll('@VERSION@', version)
    .replaceAll('@ARCHITECTURE@', architecture)
    .replaceAll('@NEXT_NODE@', nextNode);
}

function read(command, words) {
  return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] }).trim();
}
