import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Some clients do not run as root, and none should. */
const ROOT = process.getuid?.() === 0;
const NOBODY = '65534';

/** A program and its words, such that they are not run as root. */
export function asUser(...command: readonly string[]): readonly string[] {
  const drop = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  return ROOT ? ['setpriv', ...drop, ...command] : command;
}

/** A new home with these files in it; it is removed when we end. */
export function newHome(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  process.on('exit', () => rmSync(home, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text, { mode: 0o600 });
  }
  giveToUser(home);
  return home;
}

/** After something was put into a home. */
export function giveToUser(home: string): void {
  if (ROOT) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, home]);
}
