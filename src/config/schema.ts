import { z } from 'zod';
import { STATUSES } from '../message/status.ts';

const DAY_MS = 86_400_000;

/** Each text says what is expected; explain.ts adds the key and what was found. */
const domain = (example: string) =>
  z
    .string({ error: `a domain such as ${example}` })
    // RFC 7622 §3.2: servers write it so in every address.
    .toLowerCase()
    .regex(/^[^\s/@]+$/u, { error: `a domain such as ${example}` });

const wholeNumber = (min: number, unit: string) => {
  const error = `a whole number of ${unit}, at least ${min}`;
  return z.int({ error }).min(min, { error });
};

const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.join(', ')}` });

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}

const told = STATUSES.slice(1).join(', ');
const status = z.enum(STATUSES).exclude(['accepted'], { error: `one of ${told}` });

const hostAndPort = 'host:port of the component port, such as 127.0.0.1:5347';
const server = z
  .string({ error: hostAndPort })
  .regex(/^(\[[0-9a-f:.]+\]|[^\s:]+):\d{1,5}$/i, { error: hostAndPort, abort: true })
  .refine((text) => isPort(Number(text.slice(text.lastIndexOf(':') + 1))), { error: hostAndPort });

const component = z
  .strictObject(
    {
      domain: domain('receipts.example.org'),
      server: server.default('127.0.0.1:5347'),
      secret: z
        .string({ error: 'the text of the shared secret' })
        .min(1, { error: 'the text of the shared secret' })
        .optional(),
      secretFile: z
        .string({ error: 'the path of a file' })
        .min(1, { error: 'the path of a file' })
        .optional(),
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
        'failed',
        'lost',
        'expired',
      ]),
    graceMs: wholeNumber(0, 'milliseconds').default(5000),
    expireAfterMs: wholeNumber(1000, 'milliseconds').default(7 * DAY_MS),
    maxPerMinute: wholeNumber(1, 'stanzas for one sender').default(30),
    text: z.boolean({ error: 'true or false' }).default(false),
  },
  { error: 'a section' },
);

/** The settings as they stand in the file; every option with its default. */
export const settingsSchema = z.strictObject(
  {
    component,
    domains: z
      .array(domain('example.org'), {
        error: 'a list of the user domains whose servers run mod_receipts',
      })
      .min(1, { error: 'a list of at least one user domain' }),
    store: z
      .string({ error: 'the address of a store, such as sqlite:./receipts.db' })
      .regex(/^sqlite:.+/, { error: 'the address of a store, such as sqlite:./receipts.db' })
      .default('sqlite:./receipts.db'),
    receipts: receipts.prefault({}),
    policy: z
      .strictObject(
        { default: oneOf(['client', 'automatic']).default('client') },
        { error: 'a section' },
      )
      .prefault({}),
    disclosure: oneOf(['subscribers', 'domain', 'everyone']).default('subscribers'),
    retentionDays: wholeNumber(1, 'days').default(30),
    log: z
      .strictObject(
        {
          level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default(
            'info',
          ),
          addresses: oneOf(['shown', 'hidden']).default('shown'),
        },
        { error: 'a section' },
      )
      .prefault({}),
  },
  { error: 'a file of sections; docs/operating.md shows one' },
);

export type Settings = z.infer<typeof settingsSchema>;
