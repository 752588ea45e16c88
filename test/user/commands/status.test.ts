import { expect, test } from 'vitest';
import { type BareJid, occupantOf } from '../../../src/message/jid.ts';
import type { StatusCommand } from '../../../src/user/commands/command.ts';
import { CommandDesk } from '../../support/command-desk.ts';
import { ALICE, accepted, fact, keyOf } from '../../support/facts.ts';

const ROOM = 'room@rooms.example.net' as BareJid;

/** The recipients that a status command of alice's names. */
async function recipientsIn(desk: CommandDesk, wanted: Omit<StatusCommand, 'kind'>) {
  const reply = await desk.users.perform(ALICE, { kind: 'status', ...wanted });
  return reply.kind === 'status' ? reply.receipts.map(({ key }) => key.recipient) : reply.kind;
}

async function deskWithRoom(): Promise<CommandDesk> {
  const desk = new CommandDesk();
  for (const nick of ['Bob', 'Carol'])
    await desk.learn(keyOf('m1', ALICE, occupantOf(ROOM, nick)), accepted(), fact('sent', 1));
  return desk;
}

test.each([{ id: 'm1' }, {}])(
  'a status command for an occupant of a room is about that occupant: %j',
  async (named) => {
    const desk = await deskWithRoom();
    const found = await recipientsIn(desk, { recipient: ROOM, resource: 'Carol', ...named });
    expect(found).toEqual([`${ROOM}/Carol`]);
  },
);

test('a status command for a device is about the recipient', async () => {
  const desk = new CommandDesk();
  const dave = 'dave@example.org' as BareJid;
  await desk.learn(keyOf('m1', ALICE, dave), accepted(), fact('sent', 1));
  expect(await recipientsIn(desk, { recipient: dave, resource: 'phone' })).toEqual([dave]);
});
