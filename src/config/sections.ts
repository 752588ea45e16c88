import { z } from 'zod';
import { POLICIES } from '../message/policy.ts';
import { STATUSES } from '../message/status.ts';
import { domainOption } from './domain-option.ts';
import { MEANINGS } from './meaning.ts';
import {
  flag,
  hostAndPort,
  hostsAndPorts,
  oneOf,
  TOKEN,
  text,
  tokenText,
  wholeNumber,
} from './option-values.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const A_SECTION = { error: 'a section' };

const told = STATUSES.slice(1).join(', ');
const status = z.enum(STATUSES).exclude(['accepted'], { error: `one of ${told}` });

export const component = z
  .strictObject(
    {
      domain: domainOption('receipts.example.org').register(MEANINGS, {
        says: "The component's name, as the server knows it.",
      }),
      server: hostsAndPorts(
        'host:port of the component port, such as 127.0.0.1:5347, or a list of them (the nodes of a cluster)',
      )
        .default('127.0.0.1:5347')
        .register(MEANINGS, {
          says: "The server's component port; XEP-0114 has no TLS, so loopback or a private network only. Of a cluster, the ports of its nodes: they are tried in turn.",
          more: 'operating.md#an-ejabberd-cluster',
        }),
      secret: text('the text of the shared secret').optional().register(MEANINGS, {
        says: 'The secret that the server has for the component; either it is here or in `component.secretFile`.',
      }),
      secretFile: text('the path of a file').optional().register(MEANINGS, {
        says: 'The file that holds the secret, where it is not in `component.secret`.',
      }),
    },
    { error: 'a section with domain, server and secretFile' },
  )
  .refine(({ secret, secretFile }) => (secret === undefined) !== (secretFile === undefined), {
    path: ['secretFile'],
    error: 'given, or "component.secret" instead of it (exactly one of the two)',
  });

export const receipts = z.strictObject(
  {
    statuses: z
      .array(status, { error: `a list of statuses (${told})` })
      .default([
        'sent',
        'stored',
        'relayed',
        'delivered',
        'displayed',
        'confirmed',
        'declined',
        'failed',
        'lost',
        'expired',
      ])
      .register(MEANINGS, {
        says: 'What senders are told unasked; each user can choose other ones.',
        more: '../README.md#what-the-sender-is-told',
      }),
    graceMs: wholeNumber(0, 'milliseconds').default(5000).register(MEANINGS, {
      says: "How long the recipient's client has for its own answer before `sent`, or `delivered` by the stream's word, is told.",
    }),
    expireAfterMs: wholeNumber(1000, 'milliseconds')
      .default(7 * DAY_MS)
      .register(MEANINGS, {
        says: 'A message without news for this long is called expired (7 days unless set); not longer than `retentionDays`.',
      }),
    maxPerMinute: wholeNumber(1, 'stanzas for one sender').default(30).register(MEANINGS, {
      says: "How many stanzas a minute one sender gets at most; the first minute's worth may come at once, and what is due while a sender waits travels together.",
    }),
    text: flag.default(false).register(MEANINGS, {
      says: 'Whether senders are also told in words, for people; each user can choose.',
    }),
    textStatuses: z
      .array(status, { error: `a list of statuses (${told})` })
      .default(['failed', 'lost', 'expired', 'declined', 'confirmed', 'stored', 'sent'])
      .register(MEANINGS, {
        says: 'What is told in words, of what senders are told at all, unless their own client shows it; each user can choose other ones.',
        more: '../README.md#what-the-sender-is-told',
      }),
    textStoredAfterMs: wholeNumber(0, 'milliseconds')
      .default(2 * MINUTE_MS)
      .register(MEANINGS, {
        says: 'How long a message is stored, or sent and not confirmed, before that is told in words. Half of it, and a minute at most, is the time in which such words, and the same bad news of one contact again, gather.',
      }),
    gatherTextMs: wholeNumber(0, 'milliseconds').default(3000).register(MEANINGS, {
      says: 'How long words wait for others to the same sender, to come in one message. Those in no haste wait longer: `receipts.textStoredAfterMs`.',
    }),
  },
  A_SECTION,
);

export const policy = z.strictObject(
  {
    default: oneOf(POLICIES).default('client').register(MEANINGS, {
      says: 'The policy of recipients who chose none.',
      more: 'protocol.md#34-policies-what-the-recipient-allows',
    }),
    locked: flag.default(false).register(MEANINGS, {
      says: 'Whether the default holds for everybody, whatever they chose.',
    }),
    tellDeclined: flag.default(false).register(MEANINGS, {
      says: "Whether senders are told `declined` after a recipient's no, or about a refusal; each user can choose.",
    }),
  },
  A_SECTION,
);

export const questions = z.strictObject(
  {
    perHour: wholeNumber(1, 'stanzas for one recipient').default(12).register(MEANINGS, {
      says: 'How many messages with questions an hour one recipient gets at most; the first four may come at once, and later questions travel together.',
    }),
    gatherMs: wholeNumber(0, 'milliseconds').default(3000).register(MEANINGS, {
      says: 'How long a question to a recipient waits for others, to come in one message.',
    }),
    expireAfterMs: wholeNumber(1000, 'milliseconds')
      .default(7 * DAY_MS)
      .register(MEANINGS, {
        says: 'A question without an answer is dropped after this time, and nobody is told (7 days unless set).',
      }),
  },
  A_SECTION,
);

export const watches = z.strictObject(
  {
    remindersPerHour: wholeNumber(0, 'reminders of one sender').default(6).register(MEANINGS, {
      says: 'How many reminders to recipients one sender may order in an hour; 0: no reminder leaves.',
      more: 'operating.md#messages-that-senders-watch',
    }),
  },
  A_SECTION,
);

export const commands = z.strictObject(
  {
    perMinute: wholeNumber(1, 'commands of one user').default(30).register(MEANINGS, {
      says: 'How many commands a minute one user may give, to the bot and as ad-hoc commands together.',
    }),
  },
  A_SECTION,
);

export const http = z
  .strictObject(
    {
      listen: hostAndPort('host:port to listen on, such as 127.0.0.1:8480')
        .optional()
        .register(MEANINGS, {
          says: 'Where the API also answers by TCP, with the page; unless set, they do not. HTTP without TLS, so loopback or a private network only.',
          more: 'operating.md#the-page',
        }),
      token: z
        .string({ error: tokenText })
        .regex(TOKEN, { error: tokenText })
        .optional()
        .register(MEANINGS, {
          says: 'Whoever asks by TCP must know it; where `http.listen` is set, either it is here or in `http.tokenFile`.',
        }),
      tokenFile: text('the path of a file').optional().register(MEANINGS, {
        says: 'The file that holds the token, where it is not in `http.token`.',
      }),
      names: z
        .array(text('a host name'), { error: 'a list of host names' })
        .default([])
        .register(MEANINGS, {
          says: 'Host names by which the API is asked, besides `http.listen`, addresses and `localhost`.',
        }),
      socket: text('the path of a socket').optional().register(MEANINGS, {
        says: 'The Unix socket by which the command line asks the daemon; unless set, it is beside the store (`receipts.db.sock`), with PostgreSQL beside the settings (`receipts.sock`).',
      }),
    },
    A_SECTION,
  )
  .refine(
    ({ listen, token, tokenFile }) =>
      (token !== undefined && tokenFile !== undefined) === false &&
      (listen === undefined || token !== undefined || tokenFile !== undefined),
    {
      path: ['tokenFile'],
      error: 'given where "http.listen" is, or "http.token" instead of it (exactly one of the two)',
    },
  );

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const log = z.strictObject(
  {
    level: oneOf(LEVELS).default('info').register(MEANINGS, {
      says: 'How much the log says; at `debug` there is a line for each look at a message.',
      more: 'operating.md#why-was-a-sender-not-told',
    }),
    addresses: oneOf(['shown', 'hidden']).default('shown').register(MEANINGS, {
      says: '`hidden` puts a pseudonym for each address, the same until the next start.',
    }),
    format: oneOf(['json', 'text']).default('json').register(MEANINGS, {
      says: '`json` is for programs; `text` has time, level, sentence and fields, for people.',
    }),
  },
  A_SECTION,
);
