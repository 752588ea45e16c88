import { type Answers, formIn, readAnswers } from './form-answers.ts';
import { errorOf, resultOf } from './iq.ts';
import { MAX_ID_BYTES } from './limits.ts';
import { NS } from './namespaces.ts';
import { weightOf } from './weight.ts';
import { type Element, element } from './xml.ts';

/** XEP-0050 §4.1: what a user's client sends. */
export interface CommandRequest {
  readonly kind: 'request';
  readonly node: string;
  readonly action: Action;
  /** Absent in the first request of a session. */
  readonly sessionId: string | undefined;
  readonly answers: Answers | undefined;
}

const ACTIONS = ['execute', 'next', 'complete', 'prev', 'cancel'] as const;
export type Action = (typeof ACTIONS)[number];

/** XEP-0050 §4.4: why a request cannot be used. Each is sent together with `bad-request`. */
export interface BadCommand {
  readonly kind: 'bad';
  readonly because: 'malformed-action' | 'bad-action' | 'bad-payload';
}

export function readCommand(command: Element): CommandRequest | BadCommand {
  const { node = '', action: word = 'execute', sessionid } = command.attrs;
  const action = ACTIONS.find((known) => known === word);
  if (action === undefined) return { kind: 'bad', because: 'malformed-action' };
  const form = formIn(command);
  const answers = form === undefined ? undefined : readAnswers(form);
  if (form !== undefined && answers === undefined) return { kind: 'bad', because: 'bad-payload' };
  return { kind: 'request', node, action, sessionId: sessionIdIn(sessionid), answers };
}

/** The answer repeats it, so one that we would not give ourselves is none. */
function sessionIdIn(given = ''): string | undefined {
  return given === '' || weightOf(given) > MAX_ID_BYTES ? undefined : given;
}

/** XEP-0050 §4.3. */
export interface Note {
  readonly type: 'info' | 'warn' | 'error';
  readonly text: string;
}

export interface CommandAnswer {
  readonly node: string;
  readonly sessionId: string;
  readonly lang: string;
  readonly status: 'executing' | 'completed' | 'canceled';
  readonly notes: readonly Note[];
  readonly payload?: Element;
}

export function commandResult(
  request: Element,
  { node, sessionId, lang, status, notes, payload }: CommandAnswer,
): Element {
  return resultOf(
    request,
    element(
      'command',
      { xmlns: NS.commands, node, sessionid: sessionId, status, 'xml:lang': lang },
      // XEP-0050 §3.4: it tells the user's client which buttons to show.
      ...(status === 'executing' ? [onlyComplete()] : []),
      ...notes.map(({ type, text }) => element('note', { type }, text)),
      ...(payload === undefined ? [] : [payload]),
    ),
  );
}

/** XEP-0050 §4.4: the general condition, and next to it the one of ad-hoc commands. */
export function badCommand(request: Element, { because }: BadCommand): Element {
  const answer = errorOf(request, { type: 'modify', condition: 'bad-request' });
  answer.getChild('error')?.append(element(because, { xmlns: NS.commands }));
  return answer;
}

/** None of our commands has more than one form. */
function onlyComplete(): Element {
  return element('actions', { execute: 'complete' }, element('complete', {}));
}
