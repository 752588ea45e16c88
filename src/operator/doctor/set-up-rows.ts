import type { FailureReason } from '../../link/link.ts';
import type { Evidence } from './evidence.ts';
import { componentLines, serverSettings } from './paste.ts';
import { type Row, rowAbout } from './row.ts';

const settings = rowAbout('settings');
const daemon = rowAbout('daemon');
const store = rowAbout('store');
const server = rowAbout('server');

/** What the link says if it failed so. */
const failed =
  (reason: FailureReason) =>
  ({ link }: Evidence): string | undefined => {
    if (link === undefined || link.isOnline || (link.reason ?? 'other') !== reason)
      return undefined;
    return link.problem ?? 'no answer yet';
  };

const component = ({ component: name, address }: Evidence) => componentLines(name, address);

export const SET_UP_ROWS: readonly Row[] = [
  settings('settings-wrong', {
    severity: 'red',
    seen: ({ settingsProblem }) => settingsProblem,
    expected: () => 'settings as docs/settings.md shows them',
  }),
  settings('settings', {
    severity: 'green',
    seen: ({ settingsProblem, secretLength }) =>
      settingsProblem === undefined
        ? `can be used; the secret has ${secretLength} characters`
        : undefined,
  }),
  daemon('daemon', {
    severity: 'green',
    seen: ({ daemon: it }) => (it.kind === 'answers' ? `runs, version ${it.version}` : undefined),
  }),
  daemon('stands-by', {
    severity: 'green',
    seen: ({ daemon: it, component: name }) =>
      it.kind === 'stands-by'
        ? `stands by: ${it.holder} serves ${name}, so the server is to be checked there`
        : undefined,
  }),
  daemon('no-daemon', {
    severity: 'amber',
    seen: ({ daemon: it }) =>
      it.kind === 'none' ? 'does not run: check connected by itself' : undefined,
    expected: () => 'a running daemon: xmpp-receipts run',
  }),
  store('store-refused', {
    severity: 'red',
    seen: ({ daemon: it }) => (it.kind === 'store-refused' ? it.problem : undefined),
    expected: () => 'a store for this daemon alone, and a daemon that answers at "http.socket"',
  }),
  server('connected', {
    severity: 'green',
    seen: ({ link, address, component: name }) =>
      link?.isOnline === true ? `${address} takes us as ${name}` : undefined,
  }),
  server('unresolved', {
    severity: 'red',
    seen: failed('unresolved'),
    expected: ({ address }) =>
      `a name in "component.server" that this machine resolves, instead of ${address}`,
    paste: ({ address }) => serverSettings(address),
  }),
  server('unreached', {
    severity: 'red',
    seen: failed('unreached'),
    expected: ({ address }) =>
      `a server that listens for components at ${address}; restart it after these lines`,
    paste: component,
  }),
  server('secret-refused', {
    severity: 'red',
    seen: failed('secret-refused'),
    expected: ({ secretLength }) =>
      `the same secret on both sides. We read ${secretLength} characters of ours: in YAML a " #" begins a comment, so put the secret in quotes`,
    paste: component,
  }),
  server('name-unknown', {
    severity: 'red',
    seen: failed('name-unknown'),
    expected: ({ component: name, address }) =>
      `a server that knows the component ${name}, and at ${address} its port for components, not that for clients`,
    paste: component,
  }),
  server('conflict', {
    severity: 'red',
    seen: failed('conflict'),
    expected: ({ component: name }) =>
      `no other connection for ${name}: end the second daemon, wherever it runs`,
  }),
  server('no-component-port', {
    severity: 'red',
    seen: failed('other'),
    expected: ({ address }) => `the component port of an XMPP server at ${address}`,
    paste: component,
  }),
];
