import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { openBrowser } from './browser.ts';
import { login } from './client.ts';
import { Converse, fetchConverse } from './converse.ts';
import { Gajim, missingForGajim } from './gajim.ts';
import { OperatorStage } from './operator-stage.ts';

/** Pictures of what users see in Converse.js and Gajim, on a real Prosody: `node … [folder]`. */
const [, , folder = 'docs/pictures'] = process.argv;

const HOST = 'example.org';
const COMPONENT = `receipts.${HOST}`;
const BOT = `receipts@${COMPONENT}`;
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const CAROL = `carol@${HOST}`;
const DAVE = `dave@${HOST}`;
const PASSWORD = 'secret';
const SIZE = { width: 900, height: 560 };

mkdirSync(folder, { recursive: true });
const fetched = mkdtempSync(join(tmpdir(), 'converse-'));
process.on('exit', () => rmSync(fetched, { recursive: true }));
const dist = fetchConverse(fetched);
const stage = await OperatorStage.start({
  hosts: [{ name: HOST, mam: true, modules: ['pep', 'bookmarks', 'vcard_legacy'] }],
  server: { http: { inactivitySeconds: 60 } },
  component: COMPONENT,
});
const browser = await openBrowser();
try {
  await introduceAll();
  await stage.daemon.start();
  const [alice, bob] = [await enter(ALICE), await enter(BOB)];
  await storedThenDelivered(alice);
  await askedAndAnswered(alice, bob);
  await policyAsForm(bob);
  const missing = missingForGajim();
  if (missing.length === 0) await storedThenDeliveredInGajim();
  else console.log(`Gajim's pictures are not made anew: ${missing} not found`);
} finally {
  await browser.close();
  await stage.dispose();
}

async function introduceAll(): Promise<void> {
  for (const jid of [ALICE, BOB, CAROL, DAVE]) await stage.server.register(jid, PASSWORD);
  for (const jid of [BOB, CAROL]) await stage.server.befriend(ALICE, jid);
  for (const jid of [CAROL, BOT]) await stage.server.befriend(BOB, jid);
  for (const jid of [CAROL, BOT]) await stage.server.befriend(DAVE, jid);
}

function enter(jid: string): Promise<Converse> {
  const { http: port } = stage.server.ports;
  return Converse.open(browser, { dist, jid, password: PASSWORD, port, size: SIZE });
}

/** Carol is away, and comes later. Alice has not made the bot a contact of hers. */
async function storedThenDelivered(alice: Converse): Promise<void> {
  await alice.startChat(BOT);
  await alice.write('text on');
  await alice.read('They come in words as well');
  await alice.openChat(CAROL);
  await alice.write('Are you coming tonight?');
  await alice.openChat(BOT);
  await alice.read('Stored: your message');
  await alice.page.screenshot({ path: file('stored') });
  const carol = await enter(CAROL);
  await alice.openChat(CAROL);
  await alice.seeTick();
  await alice.page.screenshot({ path: file('tick') });
  await carol.close();
}

/** Bob decides by himself about each message. */
async function askedAndAnswered(alice: Converse, bob: Converse): Promise<void> {
  await bob.openChat(BOT);
  await bob.write('policy manual');
  await bob.read('Done');
  await alice.openChat(BOB);
  await alice.write('The train leaves at eight.');
  await bob.read(`${ALICE} asks`);
  await bob.write('yes');
  await bob.read('Thank you');
  await bob.page.screenshot({ path: file('question') });
  await alice.seeTick();
}

/** The same choice in the window for commands. */
async function policyAsForm({ page }: Converse): Promise<void> {
  await page.setViewportSize({ ...SIZE, height: 1080 });
  await page.click('.show-client-info');
  await page.click('#commands-tab');
  await page.fill('converse-adhoc-commands input[name=jid]', COMPONENT);
  await page.click(`converse-adhoc-commands li:visible >> text=${COMPONENT}`); // as it is suggested
  await page.click('converse-adhoc-commands input[type=submit]');
  await page.click('[data-command-node=policy]');
  await page.waitForSelector('converse-adhoc-commands select');
  await page.locator('.modal-content:visible').screenshot({ path: file('policy') });
}

/** The same as in Converse.js. */
async function storedThenDeliveredInGajim(): Promise<void> {
  const { c2s: port } = stage.server.ports;
  const chats = [CAROL, BOT];
  const dave = await Gajim.open({ jid: DAVE, password: PASSWORD, port, size: SIZE, chats });
  dave.send(BOT, 'text on');
  await dave.seeUnread(1);
  dave.send(CAROL, 'Are you coming tonight?');
  await dave.seeUnread(2);
  dave.openChat(BOT);
  await pictureOf(dave, 'stored');
  const carol = await login({ jid: `${CAROL}/phone`, port, autoReceipt: true });
  dave.openChat(CAROL);
  await pictureOf(dave, 'tick');
  await carol.close();
  await dave.close();
}

/** Nothing tells when it has drawn. */
async function pictureOf(gajim: Gajim, name: string): Promise<void> {
  await after(3000);
  writeFileSync(join(folder, `gajim-${name}.png`), gajim.screenshot());
}

function file(name: string): string {
  return join(folder, `converse-${name}.png`);
}
