import { z } from 'zod';
import { LANGUAGES } from '../message/languages.ts';
import { domainOption, userOption } from './domain-option.ts';
import { MEANINGS } from './meaning.ts';
import { oneOf, wholeNumber } from './option-values.ts';
import {
  commands,
  component,
  http,
  log,
  policy,
  questions,
  receipts,
  watches,
} from './sections.ts';

const STORE =
  'the address of a store, such as sqlite:./receipts.db or postgres://user@host/database';

/** The settings as the file has them, every option with its default and its meaning. */
export const settingsSchema = z.strictObject(
  {
    component,
    domains: z
      .array(domainOption('example.org'), {
        error: 'a list of the user domains whose servers run mod_receipts',
      })
      .min(1, { error: 'a list of at least one user domain' })
      .register(MEANINGS, {
        says: "The domains of your users, each once, as the server has it, and not the component's own: their servers' facts are believed, and their users get receipts.",
      }),
    store: z
      .string({ error: STORE })
      .regex(/^(sqlite:|postgres(ql)?:\/\/).+/, { error: STORE })
      .default('sqlite:./receipts.db')
      .register(MEANINGS, {
        says: 'Where records are kept: a file, which the daemon makes, readable by its owner only, or a PostgreSQL database.',
        more: 'operating.md#a-store-in-postgresql',
      }),
    receipts: receipts.prefault({}),
    policy: policy.prefault({}),
    questions: questions.prefault({}),
    watches: watches.prefault({}),
    commands: commands.prefault({}),
    admins: z
      .array(userOption('admin@example.org'), { error: 'a list of addresses' })
      .default([])
      .register(MEANINGS, { says: 'Users who may ask the bot for statistics.' }),
    language: oneOf(LANGUAGES).default('en').register(MEANINGS, {
      says: 'The language for users who chose none.',
    }),
    disclosure: oneOf(['subscribers', 'domain', 'everyone'])
      .default('subscribers')
      .register(MEANINGS, {
        says: 'Who is told what reveals presence (sent, stored, delivered …): those who see the presence of the recipient, also everybody of the same domain, or everyone.',
      }),
    retentionDays: wholeNumber(1, 'days').default(30).register(MEANINGS, {
      says: 'How long records are kept.',
      more: 'operating.md#what-is-kept',
    }),
    http: http.prefault({}),
    log: log.prefault({}),
  },
  { error: 'a file of sections; docs/settings.md shows one' },
);

export type Settings = z.infer<typeof settingsSchema>;
