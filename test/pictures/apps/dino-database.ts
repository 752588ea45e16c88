import Database from 'better-sqlite3';
import type { Owner } from '../app.ts';

/** The version of Dino 0.4, which adds what is missing to a database of that version. */
const VERSION = 26;

/** A database in which Dino finds an account, as Dino 0.4 keeps it. */
export function writeDatabase(path: string, { jid, password }: Owner): void {
  const file = new Database(path);
  file.exec('CREATE TABLE _meta (name TEXT PRIMARY KEY, int_val INTEGER, text_val TEXT)');
  file.exec(`CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT,
    bare_jid TEXT NOT NULL UNIQUE, resourcepart TEXT, password TEXT, alias TEXT, enabled INTEGER,
    roster_version TEXT, mam_earliest_synced INTEGER)`);
  file.prepare("INSERT INTO _meta (name, int_val) VALUES ('version', ?)").run(VERSION);
  file
    .prepare(`INSERT INTO account (bare_jid, resourcepart, password, alias, enabled)
      VALUES (?, 'dino', ?, '', 1)`)
    .run(jid, password);
  file.close();
}
