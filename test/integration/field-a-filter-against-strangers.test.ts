import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { blockOf } from '../support/blocks.ts';
import { login } from '../support/client.ts';
import {
  AFTER_GRACE_MS,
  BOT,
  COMPONENT,
  type Stage,
  startStage,
  waitForReceipt,
} from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'here.test';

describe('mod_block_strangers of ejabberd', () => {
  let stage: Stage;

  afterEach(() => stage?.dispose());

  const countOf = (name: string) => stage.counters[name] ?? 0;

  /** Whether alice is told in words. */
  async function hasWords(blockStrangers: Readonly<Record<string, unknown>>): Promise<boolean> {
    stage = await startStage({
      hosts: [{ name: HOST }],
      server: { ejabberd: { blockStrangers } },
      receipts: { text: true },
    });
    await stage.server.register(`alice@${HOST}`);
    await stage.server.register(`bob@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    alice.ask(`bob@${HOST}`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await until(
      () => countOf('words sent') + countOf('words dropped') > 0,
      'the words to be sent, or refused and dropped',
    );
    await sleep(AFTER_GRACE_MS);
    const messages = alice.received.filter(({ attrs }) => attrs['from'] === BOT);
    await alice.close();
    return messages.some((message) => message.getChild('body') !== undefined);
  }

  test('refuses the words of the bot, and the receipt comes at once without them', async () => {
    expect(await hasWords({})).toBe(false);
  });

  test('lets the words in with the lines of docs/operating.md, which the log names', async () => {
    const lines = blockOf('docs/operating.md', 'modules:');
    const { modules } = parse(lines.replaceAll('receipts.example.org', COMPONENT));
    expect(modules.mod_block_strangers).toHaveProperty('access');
    expect(await hasWords(modules.mod_block_strangers)).toBe(true);
  });
});
