import { expect } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../src/protocol/xml.ts';
import { ALICE, accepted, keyOf } from './facts.ts';
import { onStage, type Scene } from './scene.ts';
import type { Settings } from './settings.ts';

/** The sender hears nothing unasked but of what she watches. */
export const SILENT: Settings = { 'receipts.statuses': 'failed' };

/** What her message says: that one minute of silence is fine. */
export const WATCHED = { within: 60, until: 'displayed' } as const;

export interface Watching {
  /** What the module says of reminders; absent: it cannot be asked. */
  readonly answer?: string;
  readonly settings?: Settings;
  readonly recipient?: BareJid;
}

/** Alice's message is watched, and its notice came. */
export async function watched({ answer, settings, recipient }: Watching): Promise<Scene> {
  const scene = await onStage({ settings: { ...SILENT, ...settings } });
  if (answer !== undefined) {
    answersReminders(scene, answer);
    await scene.greet();
  }
  await scene.report(keyOf('m1', ALICE, recipient), accepted(0, { ...WATCHED, maySee: true }));
  await scene.pass(63_000);
  expect(saidBy(scene)).toHaveLength(1);
  return scene;
}

/** What the bot answers Alice, who says that; `more` stands beside her words. */
export async function say(scene: Scene, text: string, more = ''): Promise<string> {
  const id = `s${scene.messages.length}`;
  const to = 'receipts@receipts.example.org';
  await scene.say(
    `<message type='chat' from='${ALICE}/phone' to='${to}' id='${id}'><body>${text}</body>${more}</message>`,
  );
  return scene.messages.at(-1)?.getChild('body')?.getText() ?? '';
}

/** The notices that reached the server. */
export function noticesOf(scene: Scene): readonly Element[] {
  return scene.link.sent.filter(({ attrs }) => attrs['id']?.startsWith('watch-') === true);
}

/** Their words. */
export function saidBy(scene: Scene): readonly string[] {
  return noticesOf(scene).map((notice) => notice.getChild('body')?.getText() ?? '');
}

/** Whom we reminded, in the order in which they were. */
export function remindedBy(scene: Scene): readonly (string | undefined)[] {
  const reminders = scene.messages.filter(({ attrs }) => attrs['id']?.startsWith('remind-'));
  return reminders.map(({ attrs }) => attrs['to']);
}

/** The module says `yes` to reminders, or no, because of that. */
export function answersReminders(scene: Scene, answer: string): void {
  const others = scene.link.answering;
  scene.link.answering = (iq) =>
    child(iq, 'may-remind', NS.feed) === undefined ? others(iq) : mayRemind(iq, answer);
  scene.module.orders = 'may-remind';
}

function mayRemind(iq: Element, answer: string): Element {
  const attrs = { xmlns: NS.feed, ...(answer === 'yes' ? {} : { because: answer }) };
  return resultOf(iq, element('may-remind', attrs, answer === 'yes' ? 'yes' : 'no'));
}
