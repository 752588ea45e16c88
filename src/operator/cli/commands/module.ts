import { resolve } from 'node:path';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import {
  copyModule,
  mayReplace,
  ourVersion,
  type ServerName,
  targetIn,
  versionIn,
} from '../server-module.ts';

export function addModule(program: Command, { say }: Context): void {
  program
    .command('module')
    .argument('<server>', 'prosody or ejabberd')
    .requiredOption('--into <dir>', 'the folder in which it makes mod_receipts')
    .option('--force', 'also over a newer module, or one whose version cannot be read')
    .description('copy the module of that server, and say what to paste')
    .action((server, { into, force }) => {
      const name = serverNamed(server);
      const folder = resolve(into);
      const found = versionIn(name, folder);
      if (force !== true) refuseNewer(name, folder, found);
      copy(name, folder);
      say(`${did(name, folder, found)}\n\n${NEXT[name]}`);
    });
}

function serverNamed(name: string): ServerName {
  if (name === 'prosody' || name === 'ejabberd') return name;
  throw new CommandFailed(`module: expected prosody or ejabberd, found "${name}"`, EXIT.usage);
}

function refuseNewer(name: ServerName, folder: string, found: string | undefined): void {
  const ours = ourVersion(name);
  if (mayReplace(found, ours)) return;
  throw new CommandFailed(
    `${targetIn(folder)} holds version ${found}, and this package has ${ours}: update xmpp-receipts, or replace it with --force`,
    EXIT.no,
  );
}

function copy(name: ServerName, folder: string): void {
  try {
    copyModule(name, folder);
  } catch (cause) {
    // Expected: the file system refuses. Anything else is our bug.
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new CommandFailed(
      `cannot copy the module to ${folder}: ${cause.message}. Name a folder that you may write with --into, or use sudo`,
      EXIT.no,
      { cause },
    );
  }
}

function did(name: ServerName, folder: string, found: string | undefined): string {
  const before = found === undefined ? '' : ` (before: ${found})`;
  return `${targetIn(folder)} is mod_receipts ${ourVersion(name)}${before}.`;
}

const NEXT: Readonly<Record<ServerName, string>> = {
  prosody: `The folder must be among "plugin_paths"; /usr/local/lib/prosody/modules is, on Debian.
For a first installation add to the configuration of Prosody, with your names:

VirtualHost "example.org"
    modules_enabled = { "receipts" }
    receipts_component = "receipts.example.org"

Component "receipts.example.org"
    component_secret = "the secret of both sides"
    component_conflict_resolve = "kick_old"

Then, also after an update: systemctl restart prosody`,
  ejabberd: `The folder must be the "sources" of ejabberd's modules, on Debian
/var/lib/ejabberd/.ejabberd-modules/sources. For a first installation add below "listen:" in
ejabberd.yml, with your names:

  -
    port: 5347
    ip: "127.0.0.1"
    module: ejabberd_service
    global_routes: false
    hosts:
      "receipts.example.org":
        password: "the secret of both sides"

Then: chown -R ejabberd:ejabberd /var/lib/ejabberd/.ejabberd-modules
      systemctl restart ejabberd
      ejabberdctl module_install mod_receipts      (after an update: module_upgrade)`,
};
