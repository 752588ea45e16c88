import type { BareJid } from '../../message/jid.ts';
import { z } from './hono.ts';

/** RFC 7622 §3.1: an account, as everybody may write it. */
export const Address = z
  .string()
  .regex(/^[^\s/\0]{1,3071}$/, 'expected an address without a resource')
  .transform((text) => text as BareJid)
  .openapi({ type: 'string', example: 'alice@example.org' });
