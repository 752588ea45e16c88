import { answerInfo, answerItems, answerVersion } from './answers/disco.ts';
import { answerQuery } from './answers/query.ts';
import type { Counters } from './counters.ts';
import type { Greeter } from './feed/greeter.ts';
import type { Intake } from './feed/intake.ts';
import type { Outbox } from './outbox/outbox.ts';
import { resultOf } from './protocol/iq.ts';
import { NS } from './protocol/namespaces.ts';
import type { Element } from './protocol/xml.ts';
import type { Rules } from './receipt/rules.ts';
import type { Route } from './router.ts';
import type { Store } from './store/store.ts';

export interface RouteParts {
  readonly intake: Intake;
  readonly greeter: Greeter;
  readonly store: Store;
  readonly rules: Rules;
  readonly counters: Counters;
}

/** Everything that we answer; what disco#info advertises is made from the same list. */
export function routesOf(parts: RouteParts): readonly Route[] {
  const open = openRoutes(parts);
  const features = [NS.discoInfo, ...open.map(({ xmlns }) => xmlns)];
  const info: Route = {
    ...get('query', NS.discoInfo),
    answer: (request) => answerInfo(request, features),
  };
  return [...feedRoutes(parts), ...open, info];
}

/** What only the servers of the configured domains may send. */
function feedRoutes({ intake, greeter, rules }: RouteParts): readonly Route[] {
  const from = rules.domains;
  return [
    { ...set('facts', NS.feed), from, answer: (request, facts) => intake.take(request, facts) },
    { ...get('hello', NS.feed), from, answer: (request) => greeter.answer(request) },
  ];
}

function openRoutes(parts: RouteParts): readonly Route[] {
  return [
    {
      ...get('query', NS.receipts),
      answer: (request, query) => answerQuery(request, query, parts),
    },
    { ...get('query', NS.version), answer: answerVersion },
    { ...get('ping', NS.ping), answer: (request) => resultOf(request) },
    { ...get('query', NS.discoItems), answer: answerItems },
  ];
}

function get(name: string, xmlns: string) {
  return { type: 'get', name, xmlns } as const;
}

function set(name: string, xmlns: string) {
  return { type: 'set', name, xmlns } as const;
}

/** What comes as a message: errors for our own receipts; the rest is not for us. */
export function messagesOf({ outbox, counters }: { outbox: Outbox; counters: Counters }) {
  return async (message: Element): Promise<void> => {
    const { type, id } = message.attrs;
    if (type === 'error' && id !== undefined) await outbox.refused(id);
    else counters.count('stanzas ignored');
  };
}
