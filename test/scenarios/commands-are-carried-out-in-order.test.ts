import { expect, test } from 'vitest';
import { LinkBusy } from '../../src/link/link.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { onStage, type Scene } from '../support/scene.ts';

const BOT = 'receipts@receipts.example.org';
const REQUEST = `<request xmlns='urn:xmpp:receipts'/>`;

test('a command waits for the one before it, although that one still waits to confirm its message', async () => {
  const scene = await onStage();
  const carryOn = holdReceived(scene);
  const first = scene.say(message('bob@example.org/pc', 'policy refuse', REQUEST));
  const second = scene.say(message('bob@example.org/pc', 'policy manual'));
  await scene.pass(100);
  carryOn();
  await Promise.all([first, second]);
  expect(await policyOf(scene, 'bob@example.org')).toBe('manual');
});

test('a command from another device of the same user waits as well', async () => {
  const scene = await onStage();
  const carryOn = holdReceived(scene);
  const first = scene.say(message('bob@example.org/pc', 'policy refuse', REQUEST));
  const second = scene.say(message('bob@example.org/phone', 'policy manual'));
  await scene.pass(100);
  carryOn();
  await Promise.all([first, second]);
  expect(await policyOf(scene, 'bob@example.org')).toBe('manual');
});

test('a command that comes by an ad-hoc form waits for the one that came by chat', async () => {
  const scene = await onStage();
  const carryOn = holdReceived(scene);
  const first = scene.say(message('bob@example.org/pc', 'policy refuse', REQUEST));
  const second = scene.say(policyForm('bob@example.org/pc', 'manual'));
  await scene.pass(100);
  carryOn();
  await Promise.all([first, second]);
  expect(await policyOf(scene, 'bob@example.org')).toBe('manual');
});

test('a command that fails does not hold up the next one of that user', async () => {
  const scene = await onStage();
  const { preferences } = scene.store;
  const { change } = preferences;
  preferences.change = () => {
    preferences.change = change;
    return Promise.reject(new Error('disk I/O error'));
  };
  await Promise.all([
    scene.say(message('bob@example.org/pc', 'policy refuse')),
    scene.say(message('bob@example.org/pc', 'policy manual')),
  ]);
  expect(await policyOf(scene, 'bob@example.org')).toBe('manual');
});

test('nobody waits for the command of another user', async () => {
  const scene = await onStage();
  holdReceived(scene);
  void scene.say(message('bob@example.org/pc', 'policy refuse', REQUEST));
  await scene.say(message('carol@example.org/pc', 'policy manual'));
  expect(await policyOf(scene, 'carol@example.org')).toBe('manual');
});

test('a command is carried out although the receipt for its message cannot be sent', async () => {
  const scene = await onStage();
  const send = scene.link.send.bind(scene.link);
  scene.link.send = (stanza) =>
    isReceived(stanza) ? Promise.reject(new LinkBusy('too much waits')) : send(stanza);
  await scene.say(message('bob@example.org/pc', 'policy refuse', REQUEST));
  expect(await policyOf(scene, 'bob@example.org')).toBe('refuse');
});

function message(from: string, body: string, more = ''): string {
  return `<message type='chat' id='m-${body}' from='${from}' to='${BOT}'><body>${body}</body>${more}</message>`;
}

/** The form of the command `policy`, filled in. */
function policyForm(from: string, policy: string): string {
  return `
    <iq type='set' id='c1' from='${from}' to='${BOT}'>
      <command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='s1' action='complete'>
        <x xmlns='jabber:x:data' type='submit'><field var='policy'><value>${policy}</value></field></x>
      </command>
    </iq>`;
}

/** What the server was told last of a user's policy. */
async function policyOf(scene: Scene, user: string): Promise<string | undefined> {
  await scene.pass(1000);
  return scene.policies.lines.get(user);
}

/** The server is slow to take `<received/>`: nothing of ours leaves behind it until the test calls what it gets. */
function holdReceived(scene: Scene): () => void {
  const send = scene.link.send.bind(scene.link);
  let carryOn = () => {};
  const held = new Promise<void>((resolve) => {
    carryOn = resolve;
  });
  scene.link.send = async (stanza) => {
    if (isReceived(stanza)) await held;
    return send(stanza);
  };
  return carryOn;
}

function isReceived(stanza: Element): boolean {
  return stanza.getChild('received', 'urn:xmpp:receipts') !== undefined;
}
