import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Paste } from '../../src/operator/doctor/finding.ts';
import { withSettings } from './doctor.ts';
import type { Ended } from './operator-stage.ts';
import { PrivateMachine } from './private-machine.ts';
import { REPOSITORY } from './repository.ts';
import { type SlixmppClient, startSlixmpp } from './slixmpp.ts';
import { DAEMON, STOCK, type Step, type Stock } from './stock.ts';

/** Where the commands of README.md are typed: what a clone has when it is built. */
const CLONE = '/root/xmpp-receipts';
const BUILT = ['dist', 'node_modules', 'package.json', 'prosody-config', 'ejabberd-config'];

/**
 * `restart NAME` where systemd is not process 1: starts what the unit of the package says, after
 * SIGTERM, which is quicker than ejabberdctl.
 */
const SYSTEMCTL = `#!/bin/bash
set -e
word() { sed -n "s/^$1=//p" "/lib/systemd/system/$name.service"; }
name=$2
user=$(word User)
as_user=(setpriv --reuid "$user" --regid "$user" --init-groups
  env HOME="$(getent passwd "$user" | cut -d: -f6)" sh -c)
if [ -f "/root/$name.pid" ]; then
  group=$(cat "/root/$name.pid")
  kill -- "-$group" || true
  while pgrep --pgroup "$group" --runstates DRS >/dev/null; do sleep 0.05; done
fi
install -d -o "$user" -g "$user" "/run/$name"
setsid "\${as_user[@]}" "exec $(word ExecStart)" >>"/root/$name.out" 2>&1 </dev/null &
echo $! >"/root/$name.pid"
for _ in {1..400}; do
  if (: </dev/tcp/127.0.0.1/5222) 2>/dev/null; then exit; fi
  sleep 0.05
done
cat "/root/$name.out"
exit 1
`;

/** Debian's server with the configuration of its package, on a machine of its own. */
export class StockServer {
  readonly stock: Stock;
  readonly #machine: PrivateMachine;
  #daemon: ChildProcess | undefined;
  #log = '';

  private constructor(machine: PrivateMachine, stock: Stock) {
    this.#machine = machine;
    this.stock = stock;
  }

  static async start(name: Stock['name']): Promise<StockServer> {
    const server = new StockServer(await PrivateMachine.start(), STOCK[name]);
    const links = BUILT.map((it) => `ln -s ${join(REPOSITORY, it)} ${CLONE}/`);
    await server.sh(`mkdir -p ${CLONE}; ${links.join(';')}`, '/');
    await server.write('/usr/local/sbin/systemctl', SYSTEMCTL);
    // What it would do is done: the tests run what was built before them.
    await server.write('/usr/local/sbin/npm', '#!/bin/sh\n');
    await server.sh(`chmod +x /usr/local/sbin/*\n${server.stock.prepare}`);
    await server.restart();
    return server;
  }

  /** Types and pastes what README.md says, with the domain of Debian's configuration. */
  async attach(): Promise<void> {
    for (const step of this.stock.steps) await this.#do(step);
    const mine = `${CLONE}/receipts.yaml ${CLONE}/secret`;
    await this.sh(`tar -cPf /root/whole.tar ${this.stock.places} ${mine}`);
  }

  /** As it was when it was attached, but for the server, which has not read it yet. */
  async mendAll(): Promise<void> {
    await this.sh('tar -xPpf /root/whole.tar');
  }

  async #do(step: Step): Promise<void> {
    if ('type' in step) return void (await this.sh(step.type));
    const printed = await this.sh(step.printedBy);
    await this.change(this.stock.file, (text) => step.paste(text, printed));
  }

  /** Runs a script of the shell as root, in the clone unless told otherwise. */
  sh(script: string, folder = CLONE): Promise<string> {
    return this.#machine.run(script, folder);
  }

  /** Whose file it is, and who may read it, stays. */
  async write(file: string, text: string): Promise<void> {
    await this.sh(`echo ${Buffer.from(text).toString('base64')} | base64 -d >${file}`);
  }

  async change(file: string, change: (text: string) => string): Promise<void> {
    await this.write(file, change(await this.sh(`cat ${file}`)));
  }

  /** A command of ours, with the settings of README.md. */
  async run(...words: readonly string[]): Promise<Ended> {
    const command = `node dist/xmpp-receipts.js ${words.join(' ')} --config receipts.yaml`;
    const out = await this.sh(`set +e; ${command} 2>errors; echo "ended with $?"`);
    const [, text = '', code = ''] = /^([\s\S]*)ended with (\d+)\n$/.exec(out) ?? [];
    return { code: Number(code), out: text, errors: await this.sh('cat errors') };
  }

  /** As the last line of step 3 does. */
  startDaemon(): void {
    const script = `cd ${CLONE}; echo $$ >daemon.pid; exec ${DAEMON.start}`;
    const [program = '', ...words] = [...this.#machine.inside, 'bash', '-c', script];
    this.#daemon = spawn(program, words);
    this.#daemon.stdout?.on('data', (text: Buffer) => {
      this.#log += text.toString();
    });
  }

  async stopDaemon(): Promise<void> {
    if (this.#daemon === undefined) return;
    const ended = once(this.#daemon, 'exit');
    await this.sh('kill $(cat daemon.pid)');
    await ended;
  }

  /** What the daemon has written. */
  get log(): string {
    return this.#log;
  }

  logIn(jid: string): Promise<SlixmppClient> {
    return startSlixmpp({ jid, port: 5222, tls: true, inside: this.#machine.inside });
  }

  /** As docs/check.md says. */
  async paste({ settings, ...lines }: Paste): Promise<void> {
    if (settings !== undefined)
      await this.change('receipts.yaml', (text) => withSettings(text, settings));
    const mine = lines[this.stock.name];
    if (mine === undefined) return;
    const whole = mine.replace('the text of the secret', (await this.sh('cat secret')).trim());
    for (const { file, into, takes = () => true } of this.stock.paste)
      if (takes(whole)) await this.change(file, (text) => into(text, whole));
    await this.restart();
  }

  async restart(): Promise<void> {
    await this.sh(`systemctl restart ${this.stock.name}`);
  }

  end(): void {
    this.#machine.end();
  }
}
