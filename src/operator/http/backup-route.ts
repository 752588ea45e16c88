import { createReadStream } from 'node:fs';
import type { StoreCopy } from '../../store/store-copies.ts';
import { refusals, refuse } from './errors.ts';
import { type Context, createRoute, type OpenAPIHono, stream, z } from './hono.ts';
import type { ApiParts } from './parts.ts';

const route = createRoute({
  method: 'get',
  path: '/api/backup',
  summary: 'The store as it is at one moment: a database of SQLite, looked through.',
  responses: {
    200: {
      description: 'It is whole if it is as long as the header says.',
      content: { 'application/vnd.sqlite3': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...refusals(409, 503),
  },
});

export function addBackup(api: OpenAPIHono, { operator, log }: ApiParts): void {
  api.openapi(route, async (context) => {
    const copy = await operator.copyStore();
    if (typeof copy === 'string') return refuse(409, WHY_NOT[copy]);
    context.header('content-type', 'application/vnd.sqlite3');
    context.header('content-length', String(copy.bytes));
    return send(copy, context, (err) => log.error({ err }, 'a backup broke off'));
  });
}

const WHY_NOT = {
  busy: 'another backup is being made: try again when it is done',
  'in-memory': 'the store is in memory: there is nothing to back up',
  'in-postgres': 'the store is in PostgreSQL, where "xmpp-receipts backup" reads it by itself',
} as const;

/** Whoever asked may go away at any time, also before the first byte. */
function send(copy: StoreCopy, context: Context, onError: (err: Error) => void): Response {
  return stream(
    context,
    async (out) => {
      out.onAbort(() => copy.remove());
      try {
        for await (const chunk of createReadStream(copy.path)) await out.write(chunk);
      } finally {
        copy.remove();
      }
    },
    async (err) => onError(err),
  );
}
