import { resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../src/protocol/xml.ts';
import type { Scene } from './scene.ts';

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
