import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE, BOB } from '../support/facts.ts';
import type { Scene } from '../support/scene.ts';
import { remindedBy, say, type Watching, watched } from '../support/watched.ts';

const REMOTE = 'bob@example.net' as BareJid;
const OCCUPANT = 'room@conference.example.org/Bob' as BareJid;
const NONE_AN_HOUR = { 'watches.remindersPerHour': '0' };

/** What becomes of the reminder, and what the operator sees of it. */
const CASES: readonly (readonly [string, Watching, string])[] = [
  ['it is sent', { answer: 'yes' }, 'sent'],
  ['the recipient refuses', { answer: 'policy' }, 'not sent: policy'],
  ['the recipient blocks the sender', { answer: 'blocked' }, 'not sent: blocked'],
  ['there is no such account', { answer: 'no-account' }, 'not sent: no-account'],
  ['the module fails', { answer: 'failed' }, 'not sent: failed'],
  ['the module cannot be asked', {}, 'not sent: module-cannot'],
  ['a user of another server', { answer: 'yes', recipient: REMOTE }, 'not sent: not-local'],
  ['somebody in a room', { answer: 'yes', recipient: OCCUPANT }, 'not sent: not-local'],
  ['there were too many', { answer: 'yes', settings: NONE_AN_HOUR }, 'not ordered: too many'],
];

test.each(CASES)(
  '"remind" is answered alike and at once, and nothing follows: %s',
  async (...of) => {
    const [, watching, becomes] = of;
    const scene = await watched(watching);
    const before = saidToAlice(scene);
    const answer = `I remind ${watching.recipient ?? BOB} if I can.`;
    expect(await say(scene, 'remind')).toBe(answer);
    await scene.pass(10_000);
    expect(saidToAlice(scene)).toBe(before + 1);
    expect(scene.daemon.counters.all()).toMatchObject({ [`reminders ${becomes}`]: 1 });
    expect(remindedBy(scene)).toEqual(becomes === 'sent' ? [BOB] : []);
    expect(await say(scene, 'remind')).toBe(answer);
  },
);

function saidToAlice({ messages }: Scene): number {
  return messages.filter(({ attrs }) => attrs['to']?.startsWith(ALICE)).length;
}
