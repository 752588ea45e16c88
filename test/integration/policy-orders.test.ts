import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, type PoliciesAttributes } from '../support/feed-component.ts';
import { ALICE, BOB, HOST, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

let stage: ModuleStage;

beforeAll(async () => {
  stage = await startModuleStage();
});

afterAll(() => stage?.dispose());

describe('orders about policies', () => {
  const change = async (attributes: PoliciesAttributes, ...lines: readonly string[]) => {
    const answer = await stage.component.setPolicies(HOST, attributes, ...lines);
    return [outcomeOf(answer), answer.getChild('policies')?.attrs['version']];
  };

  test('the module says what it enforces, and which version of the policies it holds', async () => {
    const held = await stage.setPolicies({});
    expect(await stage.hello()).toMatchObject({ enforces: 'policies deliver', policies: held });
  });

  test('policies that come in parts are in force when the last part has come', async () => {
    await stage.setPolicies({});
    const next = stage.newVersion();
    expect(await change({ part: 1, version: next }, `${BOB}\tmanual`)).toEqual(['result', next]);
    expect(await stage.isStopped()).toBe(false);
    expect(await change({ part: 2, version: next }, `${ALICE}\tmanual`)).toEqual(['result', next]);
    expect(await stage.isStopped()).toBe(false);
    expect(await change({ part: 3, last: 'yes', version: next })).toEqual(['result', next]);
    expect(await stage.isStopped()).toBe(true);
    expect((await stage.hello())['policies']).toBe(next);
  });

  test('parts out of order or of two versions are refused, and a first part begins anew', async () => {
    const held = await stage.setPolicies({}, `${BOB}\tmanual`);
    const [next, other] = [stage.newVersion(), stage.newVersion()];
    const last = 'yes';
    expect(await change({ part: 2, last, version: next })).toEqual([
      'unexpected-request',
      undefined,
    ]);
    await change({ part: 1, version: next }, `${BOB}\tclient`);
    for (const wrong of [
      { part: 3, last, version: next },
      { part: 2, last, version: other },
    ] as const) {
      expect(await change(wrong)).toEqual(['unexpected-request', undefined]);
    }
    expect((await stage.hello())['policies']).toBe(held);
    expect(await stage.isStopped()).toBe(true);
    await change({ part: 1, version: other });
    expect(await change({ part: 2, last, version: other })).toEqual(['result', other]);
    expect(await stage.isStopped()).toBe(false);
  });

  test('a change of the policies is in force at once', async () => {
    const first = await stage.setPolicies({}, `${ALICE}\tmanual`);
    const [second, third, fourth] = [stage.newVersion(), stage.newVersion(), stage.newVersion()];
    expect(await change({ since: first, version: second }, `${BOB}\tmanual`)).toEqual([
      'result',
      second,
    ]);
    expect(await stage.isStopped()).toBe(true);
    expect(await change({ since: second, version: third }, `${BOB}\tdefault`)).toEqual([
      'result',
      third,
    ]);
    expect(await stage.isStopped()).toBe(false);
    expect(await change({ since: third, version: fourth, default: 'refuse' })).toEqual([
      'result',
      fourth,
    ]);
    expect(await stage.isStopped()).toBe(true);
    expect((await stage.hello())['policies']).toBe(fourth);
  });

  test('a change of a version that the module does not hold is refused, and one that it made already is accepted', async () => {
    const held = await stage.setPolicies({});
    const unknown = { since: 'never', version: stage.newVersion() };
    expect(await change(unknown, `${BOB}\tmanual`)).toEqual(['item-not-found', undefined]);
    expect(await stage.isStopped()).toBe(false);
    expect(await change({ since: 'never', version: held }, `${BOB}\tmanual`)).toEqual([
      'result',
      held,
    ]);
    expect(await stage.isStopped()).toBe(false);
  });

  test('an order that cannot be read is answered by bad-request, and a line that cannot be read is left out', async () => {
    const bad = [
      { version: '', part: 1 },
      { version: 'v' },
      { version: 'v', part: 0.5 },
      { version: 'v', part: 1, default: 'sometimes' },
      { version: 'v', part: 1, locked: 'perhaps' as 'yes' },
    ];
    for (const attributes of bad) {
      expect(outcomeOf(await stage.component.setPolicies(HOST, attributes))).toBe('bad-request');
    }
    const long = 'x'.repeat(61 * 1024);
    const tooLong = await stage.component.setPolicies(HOST, { version: 'v', part: 1 }, long);
    expect(outcomeOf(tooLong)).toBe('bad-request');
    const lines = [
      '',
      BOB,
      `${BOB}\tnever`,
      'bob@other.test\tclient',
      '\t\t',
      `${ALICE}\tmanual\t`,
    ];
    await stage.setPolicies(
      {},
      `${BOB}\tmanual`,
      ...lines,
      `${BOB}\tclient\tnever x.test`,
      '=\tv\tclient',
    );
    expect(await stage.isStopped()).toBe(true);
    expect(await stage.server.log()).not.toContain('traceback');
  });

  test('addresses in policies are escaped as in facts', async () => {
    const odd = 'a%2fb@here.test';
    await stage.server.register(odd);
    const user = await stage.login(`${odd}/pc`);
    const alice = await stage.login(`${ALICE}/pc`);
    await stage.setPolicies({}, `${odd.replace('%', '%25')}\tmanual`);
    const answer = stage.chat(ALICE, `<received xmlns='urn:xmpp:receipts' id='odd'/>`);
    expect(await stage.arrivesAt(alice, user, answer)).toBeUndefined();
    await Promise.all([user.close(), alice.close()]);
  });

  test('policies are taken from the component alone, and from no other component or user', async () => {
    await stage.setPolicies({});
    const gateway = await stage.connectGateway();
    const order = `<policies xmlns='xmpp-receipts:feed:1' part='1' last='yes' version='evil' default='refuse'/>`;
    gateway.raw.send(`<iq type='set' id='evil' from='gateway.test' to='${HOST}'>${order}</iq>`);
    const answer = await gateway.raw.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(answer)).toBe('forbidden');
    const alice = await stage.login(`${ALICE}/pc`);
    alice.send(`<iq type='set' id='evil' to='${HOST}'>${order}</iq>`);
    const refusal = await alice.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(refusal)).toBe('forbidden');
    expect((await stage.hello())['policies']).not.toBe('evil');
    await Promise.all([gateway.close(), alice.close()]);
  });
});
