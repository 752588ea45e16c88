import { type BareJid, bareOf } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { COMPONENT, type Scene } from './scene.ts';

export const BOT = `receipts@${COMPONENT}` as BareJid;
export const DOMAIN = COMPONENT as BareJid;

/** A presence of a user reaches us. */
export async function presence(scene: Scene, type: string, from: string, to: string = BOT) {
  await scene.say(`<presence type='${type}' from='${from}' to='${to}'/>`);
}

/** The presences that reached the server after so many stanzas, for instance `bot available to alice`. */
export function presencesIn(scene: Scene, since = 0): readonly string[] {
  return scene.link.sent
    .slice(since)
    .filter(({ name }) => name === 'presence')
    .map(textOf);
}

function textOf({ attrs: { from, to = '', type = 'available' } }: Element): string {
  const who = bareOf(from ?? '');
  return `${who === BOT ? 'bot' : who} ${type} to ${to.split('@')[0]}`;
}

/** The presences that the next connection brings within that time. */
export async function afterConnecting(scene: Scene, ms = 1000): Promise<readonly string[]> {
  scene.link.drop();
  const since = scene.link.sent.length;
  scene.link.connect();
  await scene.pass(ms);
  return presencesIn(scene, since);
}

/** The presences that stopping brings. */
export async function afterStopping(scene: Scene): Promise<readonly string[]> {
  const since = scene.link.sent.length;
  await scene.daemon.stop();
  return presencesIn(scene, since);
}
