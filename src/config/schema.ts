import { z } from 'zod';
import { POLICIES } from '../message/policy.ts';
import { STATUSES } from '../message/status.ts';
import { domainOption, userOption } from './domain-option.ts';

const DAY_MS = 86_400_000;

/** The texts here say what is expected; explain.ts adds the key and what was found. */
const text = (error: string) => z.string({ error }).min(1, { error });

const wholeNumber = (min: number, unit: string) => {
  const error = `a whole number of ${unit}, at least ${min}`;
  return z.int({ error }).min(min, { error });
};

const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.join(', ')}` });

const flag = z.boolean({ error: 'true or false' });

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^\s:]+):\d{1,5}$/i;

/** The text has the form of HOST_AND_PORT. */
function hasPort(address: string): boolean {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return port > 0 && port < 65_536;
}

/** RFC 6750 §2.1. Shorter ones can be found by trying. */
export const TOKEN = /^[\w.~+/-]{16,}=*$/;
export const tokenText =
  'at least 16 letters, digits and signs of - . _ ~ + /, as "openssl rand -hex 16" makes them';

const told = STATUSES.slice(1).join(', ');
const status = z.enum(STATUSES).exclude(['accepted'], { error: `one of ${told}` });

const hostAndPort = 'host:port of the component port, such as 127.0.0.1:5347';
const server = z
  .string({ error: hostAndPort })
  .regex(HOST_AND_PORT, { error: hostAndPort, abort: true })
  .refine(hasPort, { error: hostAndPort });

const component = z
  .strictObject(
    {
      domain: domainOption('receipts.example.org'),
      server: server.default('127.0.0.1:5347'),
      secret: text('the text of the shared secret').optional(),
      secretFile: text('the path of a file').optional(),
    },
    { error: 'a section with domain, server and secretFile' },
  )
  .refine(({ secret, secretFile }) => (secret === undefined) !== (secretFile === undefined), {
    path: ['secretFile'],
    error: 'given, or "component.secret" instead of it (exactly one of the two)',
  });

const receipts = z.strictObject(
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
      ]),
    graceMs: wholeNumber(0, 'milliseconds').default(5000),
    expireAfterMs: wholeNumber(1000, 'milliseconds').default(7 * DAY_MS),
    maxPerMinute: wholeNumber(1, 'stanzas for one sender').default(30),
    text: flag.default(false),
    gatherTextMs: wholeNumber(0, 'milliseconds').default(3000),
  },
  { error: 'a section' },
);

const listenAddress = 'host:port to listen on, such as 127.0.0.1:8480';

const http = z
  .strictObject(
    {
      listen: z
        .string({ error: listenAddress })
        .regex(HOST_AND_PORT, { error: listenAddress, abort: true })
        .refine(hasPort, { error: listenAddress })
        .optional(),
      token: z.string({ error: tokenText }).regex(TOKEN, { error: tokenText }).optional(),
      tokenFile: text('the path of a file').optional(),
      names: z.array(text('a host name'), { error: 'a list of host names' }).default([]),
      socket: text('the path of a socket').optional(),
    },
    { error: 'a section' },
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

const STORE =
  'the address of a store, such as sqlite:./receipts.db or postgres://user@host/database';

/** The settings as the file has them, every option with its default. */
export const settingsSchema = z.strictObject(
  {
    component,
    domains: z
      .array(domainOption('example.org'), {
        error: 'a list of the user domains whose servers run mod_receipts',
      })
      .min(1, { error: 'a list of at least one user domain' }),
    store: z
      .string({ error: STORE })
      .regex(/^(sqlite:|postgres(ql)?:\/\/).+/, { error: STORE })
      .default('sqlite:./receipts.db'),
    receipts: receipts.prefault({}),
    policy: z
      .strictObject(
        {
          default: oneOf(POLICIES).default('client'),
          locked: flag.default(false),
          tellDeclined: flag.default(false),
        },
        { error: 'a section' },
      )
      .prefault({}),
    questions: z
      .strictObject(
        {
          perHour: wholeNumber(1, 'stanzas for one recipient').default(12),
          gatherMs: wholeNumber(0, 'milliseconds').default(3000),
          expireAfterMs: wholeNumber(1000, 'milliseconds').default(7 * DAY_MS),
        },
        { error: 'a section' },
      )
      .prefault({}),
    commands: z
      .strictObject(
        { perMinute: wholeNumber(1, 'commands of one user').default(30) },
        { error: 'a section' },
      )
      .prefault({}),
    admins: z.array(userOption('admin@example.org'), { error: 'a list of addresses' }).default([]),
    language: oneOf(['en', 'zh']).default('en'),
    disclosure: oneOf(['subscribers', 'domain', 'everyone']).default('subscribers'),
    retentionDays: wholeNumber(1, 'days').default(30),
    http: http.prefault({}),
    log: z
      .strictObject(
        {
          level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default(
            'info',
          ),
          addresses: oneOf(['shown', 'hidden']).default('shown'),
          format: oneOf(['json', 'text']).default('json'),
        },
        { error: 'a section' },
      )
      .prefault({}),
  },
  { error: 'a file of sections; docs/operating.md shows one' },
);

export type Settings = z.infer<typeof settingsSchema>;
