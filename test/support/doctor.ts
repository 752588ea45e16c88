import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Finding, Paste } from '../../src/operator/doctor/finding.ts';
import type { OperatorStage } from './operator-stage.ts';

const SECRET = 'component secret';

/** What `check` finds, and how it ended. */
export async function check(
  stage: Pick<OperatorStage, 'run'>,
  ...users: readonly string[]
): Promise<Checked> {
  const { code, out, errors } = await stage.run('check', '--json', ...users);
  if (out === '') throw new Error(`check said nothing but: ${errors}`);
  return new Checked(code, JSON.parse(out) as readonly Finding[]);
}

export class Checked {
  readonly code: number;
  readonly all: readonly Finding[];

  constructor(code: number, all: readonly Finding[]) {
    this.code = code;
    this.all = all;
  }

  /** What is not green, without the daemon that these tests do not run. */
  get doubts(): readonly string[] {
    return this.all
      .filter(({ severity, name }) => severity !== 'green' && name !== 'no-daemon')
      .map(({ name }) => name);
  }

  /** The finding of that name; it must be there. */
  finding(name: string): Finding {
    const found = this.all.find((it) => it.name === name);
    if (found === undefined)
      throw new Error(`check found no ${name}, but ${JSON.stringify(this.all, undefined, 1)}`);
    return found;
  }
}

/** Pastes the lines where they say, with the secret in the place of the words for it, and restarts. */
export async function paste(stage: OperatorStage, lines: Paste): Promise<void> {
  const { prosody, ejabberd, settings } = lines;
  if (settings !== undefined) await pasteSettings(stage, settings);
  if (prosody === undefined && ejabberd === undefined) return;
  stage.server.paste({
    ...(prosody === undefined ? {} : { prosody: withSecret(prosody) }),
    ...(ejabberd === undefined ? {} : { ejabberd: withSecret(ejabberd) }),
  });
  await stage.server.restart();
}

function withSecret(lines: string): string {
  return lines.replace('the text of the secret', SECRET);
}

/** Sections are added to, lists and values are replaced. */
async function pasteSettings({ settingsFile }: OperatorStage, lines: string): Promise<void> {
  await writeFile(settingsFile, withSettings(await readFile(settingsFile, 'utf8'), lines));
}

export function withSettings(text: string, lines: string): string {
  const before = parse(text);
  const { component, ...rest } = parse(lines);
  return stringify({ ...before, ...rest, component: { ...before.component, ...component } });
}
