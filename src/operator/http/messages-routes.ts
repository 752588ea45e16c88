import type { BareJid } from '../../message/jid.ts';
import { STATUSES } from '../../message/status.ts';
import type { Explained } from '../../receipt/explain.ts';
import type { Event, MessageSummary, Timeline } from '../timeline.ts';
import { refusals, refuse } from './errors.ts';
import { createRoute, type OpenAPIHono, z } from './hono.ts';
import type { ApiParts } from './parts.ts';
import { isoOf } from './times.ts';

/** No database holds NUL, and no message has it. */
const withoutNul = z.string().refine((text) => !text.includes('\0'), 'expected a text without NUL');

const Address = withoutNul
  .min(1)
  .max(3071)
  .transform((text) => text as BareJid)
  .openapi({ type: 'string', example: 'alice@example.org' });

const statusWord = z.enum(STATUSES);

const Summary = z
  .object({
    sender: z.string(),
    recipient: z.string(),
    id: z.string(),
    acceptedAt: z.string(),
    status: statusWord.openapi({ description: 'The furthest that is known.' }),
    senderKnows: statusWord.openapi({ description: 'The furthest that the sender may know.' }),
  })
  .openapi('MessageSummary');

const Outcome = z.object({
  outcome: z.enum(['told', 'waits', 'withheld', 'held', 'overtaken']),
  reason: z.string().optional().openapi({ description: 'Why the sender was not told.' }),
  until: z.string().optional(),
  receiptMadeAt: z.string().optional(),
});

const Telling = Outcome.extend({
  status: statusWord,
  evidence: z.string(),
  at: z.string(),
  words: Outcome.openapi({ description: 'The same for words, which people read.' }),
});

export const TimelineSchema = Summary.extend({
  facts: z.array(
    z.object({
      at: z.string(),
      kind: z.string(),
      proves: statusWord,
      side: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  tellings: z.array(Telling),
  tick: z.string().openapi({ description: 'Whether the server answers for the recipient.' }),
  question: z.string().openapi({ description: 'Whether the recipient is asked.' }),
}).openapi('Timeline');

export type OutcomeAnswer = z.infer<typeof Outcome>;
export type SummaryAnswer = z.infer<typeof Summary>;
export type TimelineAnswer = z.infer<typeof TimelineSchema>;

const one = createRoute({
  method: 'get',
  path: '/api/message',
  summary: 'The life of one message: what happened, who was told, and why not.',
  request: {
    query: z.object({ sender: Address, recipient: Address, id: withoutNul.min(1) }),
  },
  responses: {
    200: {
      description: 'What is known.',
      content: { 'application/json': { schema: TimelineSchema } },
    },
    ...refusals(400, 404, 503),
  },
});

const several = createRoute({
  method: 'get',
  path: '/api/messages',
  summary: 'The last messages of a sender, the newest first.',
  request: {
    query: z.object({
      sender: Address,
      recipient: Address.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(20),
    }),
  },
  responses: {
    200: {
      description: 'Those that are kept.',
      content: { 'application/json': { schema: z.array(Summary) } },
    },
    ...refusals(400, 503),
  },
});

export function addMessages(api: OpenAPIHono, { operator }: ApiParts): void {
  api.openapi(one, async (context) => {
    const key = context.req.valid('query');
    const timeline = await operator.timeline(key);
    return context.json(timelineAnswer(timeline ?? refuse(404, unknown(key))), 200);
  });
  api.openapi(several, async (context) => {
    const { sender, recipient, limit } = context.req.valid('query');
    const messages = await operator.lastMessages({ sender, recipient, limit });
    return context.json(messages.map(summaryAnswer), 200);
  });
}

function unknown({ sender, recipient, id }: { sender: string; recipient: string; id: string }) {
  return `no message ${id} of ${sender} to ${recipient} is kept: is it older than "retentionDays", did it not ask for a receipt, or is an address written in another way?`;
}

function summaryAnswer(summary: MessageSummary): SummaryAnswer {
  const { key, startedAt: at, time, status, senderKnows } = summary;
  return { ...key, acceptedAt: isoOf({ at, time }), status, senderKnows };
}

export function timelineAnswer(timeline: Timeline): TimelineAnswer {
  const { events, tellings, next } = timeline;
  return {
    ...summaryAnswer(timeline),
    facts: events.map(factAnswer),
    tellings: tellings.map(tellingAnswer),
    tick: reasonOf(next.tick),
    question: reasonOf(next.question),
  };
}

function factAnswer({ fact, proves }: Event): TimelineAnswer['facts'][number] {
  const { at: _at, time: _time, kind, side, ...details } = fact;
  const { token: _token, ...shown } = details as { readonly token?: string };
  return { at: isoOf(fact), kind, proves, side, details: shown };
}

function tellingAnswer({
  proof: { status, evidence, fact },
  telling,
  words,
}: Explained): TimelineAnswer['tellings'][number] {
  const base = { status, evidence, at: isoOf(fact) };
  return { ...base, ...outcomeAnswer(telling), words: outcomeAnswer(words) };
}

function outcomeAnswer(telling: Explained['telling']): OutcomeAnswer {
  const base = { outcome: telling.kind };
  switch (telling.kind) {
    case 'told':
      return telling.made === undefined
        ? base
        : { ...base, receiptMadeAt: new Date(telling.made).toISOString() };
    case 'waits':
      return { ...base, until: isoOf({ at: telling.until }) };
    case 'withheld':
    case 'held':
      return { ...base, reason: telling.because };
    case 'overtaken':
      return base;
    default:
      return telling satisfies never;
  }
}

function reasonOf(decision: { readonly kind: string; readonly because?: string }): string {
  return decision.because ?? decision.kind;
}
