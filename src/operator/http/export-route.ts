import type { Person } from '../export.ts';
import type { Timeline } from '../timeline.ts';
import { Address } from './address.ts';
import { refusals } from './errors.ts';
import { createRoute, type OpenAPIHono, stream, z } from './hono.ts';
import { TimelineSchema, timelineAnswer } from './messages-routes.ts';
import type { ApiParts } from './parts.ts';
import { isoOf } from './times.ts';

const Exported = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('person'),
      user: z.string(),
      preferences: z.record(z.string(), z.unknown()),
      questions: z.array(
        z.object({
          number: z.number(),
          sender: z.string(),
          messages: z.number(),
          from: z.string(),
          to: z.string(),
        }),
      ),
      watches: z.array(
        z.object({
          recipient: z.string(),
          id: z.string(),
          until: z.string(),
          deadline: z.string(),
          state: z.string(),
        }),
      ),
    }),
    z.object({ kind: z.literal('message'), message: TimelineSchema }),
    z.object({ kind: z.literal('end'), messages: z.number() }),
  ])
  .openapi('Exported');

export type ExportedAnswer = z.infer<typeof Exported>;

const route = createRoute({
  method: 'get',
  path: '/api/export',
  summary:
    'All that is kept of a person: JSON, a line for the person, one for each message, an end.',
  request: { query: z.object({ user: Address }) },
  responses: {
    200: {
      description: 'Without a line of kind "end" it is not whole.',
      content: { 'application/x-ndjson': { schema: Exported } },
    },
    ...refusals(400, 503),
  },
});

export function addExport(api: OpenAPIHono, { operator, log }: ApiParts): void {
  api.openapi(route, async (context) => {
    const { user } = context.req.valid('query');
    const person = await operator.personOf(user);
    context.header('content-type', 'application/x-ndjson');
    const lines = linesOf(person, operator.messagesOf(user));
    const streamed = stream(
      context,
      async (out) => {
        for await (const line of lines) {
          if (out.aborted) return;
          await out.writeln(JSON.stringify(line));
        }
      },
      async (err) => log.error({ err }, 'an export broke off'),
    );
    // By its name the type of the content is taken for one JSON value.
    return streamed as never;
  });
}

async function* linesOf(
  person: Person,
  timelines: AsyncIterable<Timeline>,
): AsyncGenerator<ExportedAnswer> {
  yield personAnswer(person);
  let messages = 0;
  for await (const timeline of timelines) {
    yield { kind: 'message', message: timelineAnswer(timeline) };
    messages += 1;
  }
  yield { kind: 'end', messages };
}

function personAnswer({ user, preferences, questions, watches }: Person): ExportedAnswer {
  return {
    kind: 'person',
    user,
    preferences: { ...preferences },
    questions: questions.map(({ number, sender, messages, from, to }) => {
      return { number, sender, messages, from: isoOf({ at: from }), to: isoOf({ at: to }) };
    }),
    watches: watches.map(({ key, goal, deadline, state }) => {
      const { recipient, id } = key;
      return { recipient, id, until: goal, deadline: isoOf({ at: deadline }), state };
    }),
  };
}
