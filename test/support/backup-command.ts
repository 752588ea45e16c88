import { execFile } from 'node:child_process';
import { DAEMON } from './daemon-process.ts';
import { COMPONENT } from './stage.ts';

/** The command of that name as operators type it: it works on the store of that path and its backup. */
export async function xmppReceipts(
  verb: 'backup' | 'restore',
  { path, host }: { readonly path: string; readonly host: string },
): Promise<{ code: unknown; said: string }> {
  const env = {
    PATH: process.env['PATH'],
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: host,
    XMPP_RECEIPTS_STORE: `sqlite:${path}`,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [DAEMON, verb, `${path}.backup`], { env }, (error, said, failed) =>
      resolve({ code: error?.code ?? 0, said: said + failed }),
    );
  });
}
