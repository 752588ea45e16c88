import { expect, test } from 'vitest';
import { LinkDown } from '../../src/link/link.ts';
import { helloElement } from '../../src/protocol/hello.ts';
import { element } from '../../src/protocol/xml.ts';
import { accepted, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const MISSING =
  'example.org does not answer as mod_receipts (service-unavailable): nothing can be told about its users. ' +
  'Load mod_receipts on that host, for the component receipts.example.org.';

const BUG = 'example.org could not be greeted: this is a bug, please report it';

test('the log says the versions and abilities of a module that answers', async () => {
  const scene = await onStage();
  expect(scene.lines.map(({ msg }) => msg)).toEqual([
    'example.org: Prosody 0.12.3 with mod_receipts 0.1.0 proves accepted, stored; takes orders for policies, deliver',
  ]);
});

test('the log says once that a module is missing, until it is there', async () => {
  const scene = await onStage();
  scene.module.version = undefined;
  for (let connects = 0; connects < 3; connects += 1) {
    scene.link.drop();
    await scene.connect();
    await scene.pass(180_000);
  }
  expect(scene.complaints).toEqual([MISSING]);
  scene.module.version = '1';
  await scene.pass(60_000);
  scene.module.version = undefined;
  await scene.pass(60_000);
  expect(scene.complaints).toEqual([MISSING, MISSING]);
});

test('a server that returns our hello in its error has no module', async () => {
  const scene = await onStage();
  scene.link.answering = (iq) =>
    element(
      'iq',
      { type: 'error', from: 'example.org', id: iq.attrs['id'] ?? '' },
      helloElement('0.1.0', 'told'),
      element(
        'error',
        { type: 'cancel' },
        element('service-unavailable', { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' }),
      ),
    );
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([MISSING]);
});

test('a module that fails is there: the log says so once, and where to look', async () => {
  const scene = await onStage();
  scene.link.answering = (iq) =>
    element(
      'iq',
      { type: 'error', from: 'example.org', id: iq.attrs['id'] ?? '' },
      element(
        'error',
        { type: 'wait' },
        element('internal-server-error', { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' }),
      ),
    );
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([
    'example.org: its mod_receipts failed to say hello (internal-server-error): nothing can be told about its users until it does. See the log of that server.',
  ]);
});

test('the log says once that a module has another version, and what to do', async () => {
  const scene = await onStage();
  scene.module.version = '2';
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([
    'example.org: its mod_receipts speaks version 2 of the feed, this daemon 1: update the older of the two',
  ]);
});

test('a module that starts later greets us, and the log says so', async () => {
  const scene = await onStage();
  scene.module.version = undefined;
  await scene.pass(60_000);
  const hellos = scene.lines.length;
  scene.module.version = '1';
  await scene.ask(
    `<iq type='get' from='example.org' to='receipts.example.org'>
       <hello xmlns='xmpp-receipts:feed:1' version='1' module='0.2.0' server='Prosody'/>
     </iq>`,
  );
  await scene.pass(200); // it is asked itself: anybody may have written that hello
  expect(scene.lines.slice(hellos).map(({ msg }) => msg)).toEqual([
    expect.stringContaining('example.org: Prosody 0.12.3 with mod_receipts 0.1.0'),
  ]);
});

test('a server that does not answer our hello is asked again', async () => {
  const scene = await onStage();
  scene.link.answering = () => undefined;
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([
    'example.org does not answer: nothing can be told about its users until it does. Is it a host of this server?',
  ]);
  await scene.report(keyOf('m1'), accepted());
});

test('a greeting that fails by a bug is logged once, until one works again', async () => {
  const scene = await onStage();
  const { link } = scene;
  const works = link.request.bind(link);
  const failing = async () => {
    throw new Error('a bug');
  };
  link.request = failing;
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([BUG]);
  expect(scene.lines.at(-1)?.err?.message).toBe('a bug');
  link.request = works;
  await scene.pass(60_000);
  link.request = failing;
  await scene.pass(60_000);
  expect(scene.complaints).toEqual([BUG, BUG]);
});

test('a greeting that fails because the link is down says nothing: the link says it', async () => {
  const scene = await onStage();
  scene.link.request = async () => {
    throw new LinkDown('not connected');
  };
  await scene.pass(300_000);
  expect(scene.complaints).toEqual([]);
});
