import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { REPOSITORY } from './repository.ts';

const NAMESPACES = ['--mount', '--net', '--pid', '--fork', '--kill-child'];

/** What is written goes into memory. */
const SET_UP = `
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$PLACE"
mkdir "$PLACE"/new "$PLACE"/work "$PLACE"/root
root=$PLACE/root
mount -t overlay -o "lowerdir=/,upperdir=$PLACE/new,workdir=$PLACE/work" overlay "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
chmod 1777 "$root/tmp"
mkdir -p "$root$REPOSITORY"
mount --bind "$REPOSITORY" "$root$REPOSITORY"
ip link set lo up`;

const STAY = 'echo ready; exec sleep infinity';

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

/** Why there is none here; empty: there can be one. */
export const NO_MACHINE = canBeMade() ? '' : ' (skipped: needs root, namespaces and overlayfs)';

/** A container may have namespaces and still not let us mount. */
function canBeMade(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'machine-'));
  const env = { ...ENVIRONMENT, PLACE: place, REPOSITORY };
  const { status } = spawnSync('unshare', [...NAMESPACES, 'sh', '-ec', SET_UP], { env });
  rmSync(place, { recursive: true, force: true });
  return status === 0;
}

/**
 * This machine once more: its files and packages, with a network and processes of its own. What is
 * written there is gone when it ends.
 */
export class PrivateMachine {
  readonly #place: string;
  readonly #outside: ChildProcess;
  #first = '';

  private constructor(place: string) {
    this.#place = place;
    const words = [...NAMESPACES, 'sh', '-ec', `${SET_UP}\n${STAY}`];
    const env = { ...ENVIRONMENT, PLACE: place, REPOSITORY };
    this.#outside = spawn('unshare', words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  static async start(): Promise<PrivateMachine> {
    const machine = new PrivateMachine(mkdtempSync(join(tmpdir(), 'machine-')));
    await machine.#isReady();
    return machine;
  }

  /** Before a command that is to run inside. */
  get inside(): readonly string[] {
    const target = ['--target', this.#first, '--mount', '--net', '--pid'];
    return ['nsenter', ...target, 'chroot', join(this.#place, 'root')];
  }

  /** Runs a script of the shell as root; rejects if it fails. */
  run(script: string, folder = '/root'): Promise<string> {
    const [program = '', ...words] = [...this.inside, 'bash', '-ec', `cd ${folder}\n${script}`];
    return new Promise((resolve, reject) => {
      execFile(program, words, { env: ENVIRONMENT }, (error, out, errors) => {
        if (error === null) resolve(out);
        else reject(new Error(`${script}\n${out}${errors}`, { cause: error }));
      });
    });
  }

  end(): void {
    this.#outside.kill('SIGKILL');
    rmSync(this.#place, { recursive: true, force: true });
  }

  async #isReady(): Promise<void> {
    const { stdout, pid } = this.#outside;
    if (stdout === null) throw new Error('unshare cannot be started');
    await new Promise((resolve) => createInterface(stdout).once('line', resolve));
    // unshare itself stays outside of the processes that it makes room for.
    const { stdout: child } = spawnSync('pgrep', ['--parent', String(pid)], { encoding: 'utf8' });
    this.#first = child.trim();
  }
}
