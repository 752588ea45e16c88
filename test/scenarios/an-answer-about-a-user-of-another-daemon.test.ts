import { describe, expect, test } from 'vitest';
import { memberOf } from '../../src/daemon/agreement.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { HeardServer, KnownMember, Members } from '../../src/store/members.ts';
import { accepted, keyOf, SECOND, T0 } from '../support/facts.ts';
import { onStage, receiptsIn, type Scene } from '../support/scene.ts';
import { configWith } from '../support/settings.ts';

const THERE = 'there.example';
const settings = { 'receipts.expireAfterMs': '60000' };
const KEY = { ...keyOf('m1'), recipient: `bob@${THERE}` as BareJid };
const OVER = T0 + 61 * SECOND;

/** Ours, and one that says how far its server has told. */
class TwoDaemons implements Members {
  readonly clockAheadMs = 0;
  readonly forget = async () => 'served' as const;
  readonly onLook = () => {};
  heard: readonly HeardServer[] = [];
  asked: () => readonly HeardServer[] = () => [];

  get all(): readonly KnownMember[] {
    const own = memberOf(configWith(settings));
    const known = { holder: '', isServed: true, silentMs: 0, servedMs: 0, standbys: [], heard: [] };
    const there = { component: `receipts.${THERE}`, domains: [THERE], settings: own.settings };
    return [
      { ...own, ...known },
      { ...known, ...there, heard: this.heard },
    ];
  }

  tell(heard: () => readonly HeardServer[]): void {
    this.asked = heard;
  }
}

function heard(completeUpTo: number): readonly HeardServer[] {
  return [{ domain: THERE, completeUpTo, hasSeveralNodes: false }];
}

async function answer(scene: Scene): Promise<string | undefined> {
  const result = await scene.ask(`
    <iq type='get' from='alice@example.org/pc' to='receipts.example.org'>
      <query xmlns='xmpp-receipts:1' id='m1' recipient='bob@${THERE}'/>
    </iq>`);
  return result.getChildElements().flatMap(receiptsIn)[0]?.attrs['status'];
}

describe('who asks about a message to a user of another daemon’s domain', () => {
  test('is answered expired after the limit, as far as that daemon says that its server has told', async () => {
    const members = new TwoDaemons();
    const scene = await onStage({ settings, members });
    await scene.report(KEY, accepted(0, { maySee: false }));
    await scene.pass(120_000);
    expect(await answer(scene)).toBe('accepted');
    members.heard = heard(OVER - 2 * SECOND);
    expect(await answer(scene)).toBe('accepted');
    members.heard = heard(OVER);
    expect(await answer(scene)).toBe('expired');
  });

  test('is answered so too while that daemon hears nothing', async () => {
    const members = new TwoDaemons();
    const scene = await onStage({ settings, members });
    await scene.report(KEY, accepted(0, { maySee: false }));
    members.heard = heard(OVER);
    expect(await answer(scene)).toBe('expired');
    members.heard = [];
    expect(await answer(scene)).toBe('expired');
    members.heard = heard(T0);
    expect(await answer(scene)).toBe('expired');
  });
});

test('a daemon says how far its own server has told, once it has heard it, and of no other', async () => {
  const members = new TwoDaemons();
  members.heard = heard(OVER);
  const scene = await onStage({ settings, members });
  await scene.pass(5000);
  const [own, ...others] = members.asked();
  expect(others).toEqual([]);
  expect(own).toMatchObject({ domain: 'example.org', hasSeveralNodes: false });
  expect(own?.completeUpTo).toBeGreaterThan(T0);
  expect(own?.completeUpTo).toBeLessThanOrEqual(scene.now);
});
