import { beforeEach, describe, expect, test } from 'vitest';
import { complaintsOf, LEAST, useNewFolder, withOption } from './loading.ts';

beforeEach(useNewFolder);

describe('a setting that cannot be used is named, with what was expected and found', () => {
  test.each<[string, unknown, string]>([
    ['component.domain', 'a b', 'must be a domain such as receipts.example.org, found "a b"'],
    [
      'component.domain',
      'user@example.org',
      'must be a domain such as receipts.example.org (write "example.org"), found "user@example.org"',
    ],
    ['component.domain', 7, 'must be a domain such as receipts.example.org, found 7'],
    [
      'component.server',
      'localhost',
      'must be host:port of the component port, such as 127.0.0.1:5347, or a list of them (the nodes of a cluster), found "localhost"',
    ],
    [
      'component.server',
      '127.0.0.1:99999',
      'must be host:port of the component port, such as 127.0.0.1:5347, or a list of them (the nodes of a cluster), found "127.0.0.1:99999"',
    ],
    [
      'component.server',
      '127.0.0.1:0',
      'must be host:port of the component port, such as 127.0.0.1:5347, or a list of them (the nodes of a cluster), found "127.0.0.1:0"',
    ],
    ['component.secret', '', 'must be the text of the shared secret, found an empty text'],
    [
      'component.secret',
      31337,
      'must be the text of the shared secret, found a number; quotes make it a text',
    ],
    ['component', 'x', 'must be a section with domain, server and secretFile, found a text'],
    ['domains', [], 'must be a list of at least one user domain, found []'],
    [
      'domains',
      'example.org',
      'must be a list of the user domains whose servers run mod_receipts, found "example.org"',
    ],
    ['domains.0', 'a/b', 'must be a domain such as example.org (write "a"), found "a/b"'],
    [
      'store',
      'mysql://db',
      'must be the address of a store, such as sqlite:./receipts.db or postgres://user@host/database, found "mysql://db"',
    ],
    [
      'store',
      'postgres:/u:hunt@er2@db/x?password=hunter2',
      'must be the address of a store, such as sqlite:./receipts.db or postgres://user@host/database, found "…@db/x?password=…"',
    ],
    ['receipts', 7, 'must be a section, found 7'],
    [
      'receipts.statuses',
      'stored',
      'must be a list of statuses (relayed, sent, stored, failed, lost, expired, delivered, displayed, declined, confirmed), found "stored"',
    ],
    [
      'receipts.statuses.0',
      'accepted',
      'must be one of relayed, sent, stored, failed, lost, expired, delivered, displayed, declined, confirmed, found "accepted"',
    ],
    ['receipts.graceMs', -1, 'must be a whole number of milliseconds, at least 0, found -1'],
    ['receipts.graceMs', 1.5, 'must be a whole number of milliseconds, at least 0, found 1.5'],
    [
      'receipts.graceMs',
      'soon',
      'must be a whole number of milliseconds, at least 0, found "soon"',
    ],
    [
      'receipts.expireAfterMs',
      999,
      'must be a whole number of milliseconds, at least 1000, found 999',
    ],
    [
      'receipts.maxPerMinute',
      0,
      'must be a whole number of stanzas for one sender, at least 1, found 0',
    ],
    ['receipts.text', 'yes', 'must be true or false, found "yes"'],
    ['receipts.gatherTextMs', -1, 'must be a whole number of milliseconds, at least 0, found -1'],
    ['policy.default', 'ask', 'must be one of refuse, manual, client, automatic, found "ask"'],
    ['policy.locked', 'yes', 'must be true or false, found "yes"'],
    ['policy.tellDeclined', 1, 'must be true or false, found 1'],
    [
      'questions.perHour',
      0,
      'must be a whole number of stanzas for one recipient, at least 1, found 0',
    ],
    [
      'questions.expireAfterMs',
      999,
      'must be a whole number of milliseconds, at least 1000, found 999',
    ],
    [
      'commands.perMinute',
      0,
      'must be a whole number of commands of one user, at least 1, found 0',
    ],
    ['admins', 'root', 'must be a list of addresses, found "root"'],
    ['admins.0', 'root', 'must be an address such as admin@example.org, found "root"'],
    ['language', 'fr', 'must be one of en, zh, de, found "fr"'],
    ['disclosure', 'nobody', 'must be one of subscribers, domain, everyone, found "nobody"'],
    ['retentionDays', 0, 'must be a whole number of days, at least 1, found 0'],
    [
      'log.level',
      'loud',
      'must be one of fatal, error, warn, info, debug, trace, silent, found "loud"',
    ],
    ['log.addresses', 'no', 'must be one of shown, hidden, found "no"'],
  ])('%s cannot be %j', (option, value, complaint) => {
    expect(complaintsOf(withOption(option, value))).toEqual([`config: "${option}" ${complaint}`]);
  });

  test.each([
    [
      'domain',
      'component.domian',
      '"component.domian" is not an option; docs/settings.md lists them all',
    ],
    ['section', 'reciepts', '"reciepts" is not an option; docs/settings.md lists them all'],
  ])('an unknown %s is named', (_, option, complaint) => {
    expect(complaintsOf(withOption(option, 'x'))).toEqual([`config: ${complaint}`]);
  });

  test('all mistakes are named at once', () => {
    const settings = { ...LEAST, retentionDays: 0, disclosure: 'x', domains: undefined };
    expect(complaintsOf(settings)).toHaveLength(3);
  });

  test.each([
    [
      'XMPP_RECEIPTS_RECEIPTS_GRACE_MS',
      'soon',
      '"receipts.graceMs" must be a whole number of milliseconds, at least 0, found "soon"',
    ],
    [
      'XMPP_RECEIPTS_RECEIPTS_GRACE_MS',
      '',
      '"receipts.graceMs" must be a whole number of milliseconds, at least 0, found ""',
    ],
    ['XMPP_RECEIPTS_RECEIPTS_TEXT', '1', '"receipts.text" must be true or false, found "1"'],
    [
      'XMPP_RECEIPTS_DOMAINS',
      ' , ',
      '"domains" must be a list of at least one user domain, found []',
    ],
  ])('also in the environment: %s=%s', (variable, text, complaint) => {
    expect(complaintsOf(LEAST, { [variable]: text })).toEqual([`config: ${complaint}`]);
  });

  test('a section that is none stays an error if the environment sets an option of it', () => {
    const complaints = complaintsOf(withOption('receipts', [1]), {
      XMPP_RECEIPTS_RECEIPTS_TEXT: 'true',
    });
    expect(complaints).toEqual(['config: "receipts" must be a section, found [1]']);
  });
});
