import type { Stamp } from '../../message/time.ts';
import { NODE_STATES, type OtherNode as OtherNodeSaid } from '../../protocol/other-node.ts';
import { SERVER_PROBLEMS } from '../../servers/server-problem.ts';
import type { ServerState } from '../../servers/server-states.ts';
import { z } from './hono.ts';

const optionalNumber = z.number().optional();

/** docs/protocol.md §2.1: what its module does not say is absent. */
const Health = z.object({
  acks: z.boolean().optional().openapi({ description: 'Whether sessions can have XEP-0198.' }),
  filters: z
    .array(z.string())
    .openapi({ description: 'Modules that refuse what the bot writes to whom it is a stranger.' }),
  longestStanza: optionalNumber.openapi({
    description: 'What the server takes from us, in bytes.',
  }),
  sharing: z.number().openapi({ description: 'Components whose stanzas come on our stream.' }),
  clockAheadSeconds: optionalNumber.openapi({ description: 'Its clock, less ours.' }),
  spool: optionalNumber.openapi({ description: 'Bytes of facts that wait there.' }),
  spoolLimit: optionalNumber,
  factsLostSecondsAgo: optionalNumber.openapi({ description: 'When facts were dropped last.' }),
  counts: z
    .record(z.string(), z.number())
    .openapi({ description: 'What mod_receipts has counted since it was loaded.' }),
});

/** docs/protocol.md §2.1: a node of a cluster beside the one that has our stream. */
const OtherNode = z.object({
  name: z.string().openapi({ example: 'ejabberd@two' }),
  state: z.enum(NODE_STATES).openapi({
    description: 'Whether its mod_receipts answers. One that is not up holds the domain back.',
  }),
  downSeconds: optionalNumber.openapi({ description: 'For how long it is not up.' }),
  waiting: optionalNumber.openapi({ description: 'Facts that wait there for us.' }),
  spool: optionalNumber.openapi({ description: 'Bytes of facts that wait there.' }),
});

export const Server = z.object({
  domain: z.string(),
  problem: z.string().optional().openapi({ description: 'Why nothing can be told of its users.' }),
  reason: z.enum(SERVER_PROBLEMS).optional().openapi({ description: 'The same, for programs.' }),
  spelled: z.string().optional().openapi({ description: 'The domain, as its server spells it.' }),
  server: z.string().optional().openapi({ example: 'Prosody 0.12.3' }),
  module: z.string().optional().openapi({ description: 'The version of mod_receipts.' }),
  proves: z.array(z.string()),
  enforces: z.array(z.string()),
  stores: z.array(z.string()),
  nodes: z.number().optional(),
  node: z.string().optional().openapi({ description: 'The node that has our stream.' }),
  otherNodes: z.array(OtherNode).openapi({ description: 'The others of its cluster.' }),
  waiting: z.number().optional().openapi({ description: 'Facts that wait there for us.' }),
  health: Health.optional(),
});

export type ServerAnswer = z.infer<typeof Server>;

export function serverAnswer(state: ServerState): ServerAnswer {
  const { domain, problem, reason, spelled, hello } = state;
  const { server = '', serverVersion = '', module, nodes, waiting } = hello ?? {};
  return {
    domain,
    problem,
    reason,
    spelled,
    server: hello && `${server} ${serverVersion}`,
    module,
    nodes,
    node: hello?.node === '' ? undefined : hello?.node,
    otherNodes: (hello?.others ?? []).map((other) => otherAnswer(other, hello?.at)),
    waiting,
    proves: [...(hello?.proves ?? [])],
    enforces: [...(hello?.enforces ?? [])],
    stores: [...(hello?.stores ?? [])],
    health: healthAnswer(state),
  };
}

function otherAnswer(
  { name, state, since, waiting, spool }: OtherNodeSaid,
  now: Stamp | undefined,
): ServerAnswer['otherNodes'][number] {
  if (state === 'up') return { name, state, waiting, spool };
  const downSeconds = since && now && Math.max(0, Math.round((now - since) / 1_000_000));
  return { name, state, downSeconds };
}

function healthAnswer({ hello, clockAhead }: ServerState): ServerAnswer['health'] {
  if (hello === undefined) return undefined;
  const { acks, filters, longestStanza, sharing, spool, spoolLimit, gap, counts } = hello.health;
  return {
    acks,
    filters: [...filters],
    longestStanza,
    sharing,
    clockAheadSeconds: clockAhead && Math.round(clockAhead / 1000),
    spool,
    spoolLimit,
    factsLostSecondsAgo: gap && hello.at && Math.max(0, Math.round((hello.at - gap) / 1_000_000)),
    counts: { ...counts },
  };
}
