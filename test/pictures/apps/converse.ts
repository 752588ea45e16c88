import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { App, Owner } from '../app.ts';
import { Converse, fetchConverse } from './converse-page.ts';

const SIZE = { width: 900, height: 600 };

let dist: string | undefined;

export async function openConverse(owner: Owner, browser: Browser): Promise<App> {
  dist ??= fetched();
  const { jid, password, ports } = owner;
  return await Converse.open(browser, { dist, jid, password, port: ports.http, size: SIZE });
}

function fetched(): string {
  const folder = mkdtempSync(join(tmpdir(), 'converse-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  return fetchConverse(folder);
}
