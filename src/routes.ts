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
}

/** Everything that we answer; what is advertised by disco#info is made from the same list. */
export function routesOf({ intake, greeter, store, rules }: RouteParts): readonly Route[] {
  const from = rules.domains;
  const routes: readonly Route[] = [
    {
      type: 'set',
      name: 'facts',
      xmlns: NS.feed,
      from,
      answer: (request, facts) => intake.take(request, facts),
    },
    {
      type: 'get',
      name: 'hello',
      xmlns: NS.feed,
      from,
      answer: (request) => greeter.answer(request),
    },
    {
      type: 'get',
      name: 'query',
      xmlns: NS.receipts,
      answer: (request, query) => answerQuery(request, query, { store, rules }),
    },
    { type: 'get', name: 'query', xmlns: NS.version, answer: answerVersion },
    { type: 'get', name: 'ping', xmlns: NS.ping, answer: (request) => resultOf(request) },
    { type: 'get', name: 'query', xmlns: NS.discoItems, answer: answerItems },
  ];
  const features = [
    NS.discoInfo,
    ...routes.filter((route) => route.from === undefined).map(({ xmlns }) => xmlns),
  ];
  return [
    ...routes,
    {
      type: 'get',
      name: 'query',
      xmlns: NS.discoInfo,
      answer: (request) => answerInfo(request, features),
    },
  ];
}

/** What comes as a message: errors for our own receipts; the rest is not for us. */
export function messagesOf({ outbox, counters }: { outbox: Outbox; counters: Counters }) {
  return async (message: Element): Promise<void> => {
    const { type, id } = message.attrs;
    if (type === 'error' && id !== undefined) await outbox.refused(id);
    else counters.count('stanzas ignored');
  };
}
