import { beforeEach, describe, expect, test } from 'vitest';
import { complaintsOf, DAY_MS, LEAST, load, useNewFolder, withOption } from './loading.ts';

beforeEach(useNewFolder);

describe('settings that contradict each other are named with what to do', () => {
  test.each<[string, unknown, string]>([
    [
      'receipts.expireAfterMs',
      30 * DAY_MS + 1,
      '"receipts.expireAfterMs" must be at most 2592000000, because "retentionDays" keeps records for 30 days, found 2592000001: expire messages earlier or keep records longer',
    ],
    [
      'retentionDays',
      1,
      '"receipts.expireAfterMs" must be at most 86400000, because "retentionDays" keeps records for 1 day, found 604800000: expire messages earlier or keep records longer',
    ],
    [
      'domains',
      ['example.org', 'receipts.example.org'],
      '"domains" must be domains of users, found "receipts.example.org", which is "component.domain": take it out of the list',
    ],
    [
      'domains',
      ['example.org', 'example.net', 'Example.org'],
      '"domains" must have each domain once, found "example.org" 2 times: take out the others',
    ],
    [
      'domains',
      ['bücher.test', 'xn--bcher-kva.test'],
      '"domains" must have each domain once, found "bücher.test" 2 times (bücher.test, xn--bcher-kva.test: keep the one that the server has): take out the others',
    ],
    [
      'domains',
      ['RECEIPTS.example.org.'],
      '"domains" must be domains of users, found "receipts.example.org", which is "component.domain": take it out of the list',
    ],
  ])('%s cannot be %j beside the others', (option, value, complaint) => {
    expect(complaintsOf(withOption(option, value))).toEqual([`config: ${complaint}`]);
  });

  test('a message may expire just when its record may be deleted', () => {
    const config = load(withOption('receipts.expireAfterMs', 30 * DAY_MS));
    expect(config.receipts.expireAfterMs).toBe(30 * DAY_MS);
  });

  test('all contradictions are named at once', () => {
    const domains = ['receipts.example.org', 'a.example', 'a.example', 'b.example', 'b.example'];
    expect(complaintsOf({ ...LEAST, domains, retentionDays: 2 })).toHaveLength(4);
  });
});
