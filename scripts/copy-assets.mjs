import { cpSync } from 'node:fs';

/** What the compiler leaves out: files that are served as they are, by the page and by the bot. */
for (const folder of ['operator/page/assets/', 'user/card/assets/']) {
  const from = new URL(`../src/${folder}`, import.meta.url);
  cpSync(from, new URL(`../dist/src/${folder}`, import.meta.url), { recursive: true });
}
