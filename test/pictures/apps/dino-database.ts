import Database from 'better-sqlite3';
import type { Owner } from '../app.ts';

/** Puts an account into the database that Dino 0.4 has made for itself. */
export function addAccount(path: string, { jid, password }: Owner): void {
  const file = new Database(path);
  file
    .prepare(`INSERT INTO account (bare_jid, resourcepart, password, alias, enabled)
      VALUES (?, 'dino', ?, '', 1)`)
    .run(jid, password);
  file.close();
}
