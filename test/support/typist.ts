import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blocksOf, linesOf } from './blocks.ts';
import { DAEMON } from './daemon-process.ts';
import type { Ended, OperatorStage } from './operator-stage.ts';

const ABSOLUTE = /(?<=^|\s)\/\S+/g;

/** The lines of the blocks of a page that are for a shell, in their order. */
export function linesIn(page: string): readonly string[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'sh');
  return blocks.flatMap(({ text }) => linesOf(text));
}

/**
 * Types the lines of a document in a shell, beside the daemon of a stage. `xmpp-receipts` is ours,
 * with the settings of the stage. What begins at the root of the disk is in the folder of the stage
 * instead, and a service is the daemon of the stage.
 */
export class Typist {
  readonly #stage: OperatorStage;

  private constructor(stage: OperatorStage) {
    this.#stage = stage;
  }

  static async at(stage: OperatorStage): Promise<Typist> {
    const command = join(stage.folder, 'bin/xmpp-receipts');
    const words = `"${process.execPath}" "${DAEMON}" "$@" --config "${stage.settingsFile}"`;
    await mkdir(dirname(command));
    await writeFile(command, `#!/bin/sh\nexec ${words}\n`);
    await chmod(command, 0o755);
    return new Typist(stage);
  }

  async type(line: string): Promise<Ended> {
    const [, verb] = /^systemctl (start|stop) xmpp-receipts$/.exec(line) ?? [];
    if (verb !== undefined) return this.#turn(verb);
    for (const path of line.match(ABSOLUTE) ?? [])
      await mkdir(dirname(this.inFolder(path)), { recursive: true });
    return this.#run(line.replaceAll(ABSOLUTE, (path) => this.inFolder(path)));
  }

  /** Where a path of a document is here. */
  inFolder(path: string): string {
    return join(this.#stage.folder, path);
  }

  async #turn(verb: string): Promise<Ended> {
    await (verb === 'stop' ? this.#stage.daemon.end() : this.#stage.daemon.start());
    return { code: 0, out: '', errors: '' };
  }

  #run(line: string): Promise<Ended> {
    const env = { PATH: `${this.inFolder('bin')}:${process.env['PATH']}`, NO_COLOR: '1' };
    const options = { env, cwd: this.#stage.folder };
    return new Promise((resolve) => {
      const child = execFile('sh', ['-c', line], options, (_, out, errors) =>
        resolve({ code: child.exitCode ?? -1, out, errors }),
      );
    });
  }
}
