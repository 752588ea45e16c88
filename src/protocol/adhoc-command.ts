import { type Answers, formIn, readAnswers } from './data-form.ts';
import { errorOf, resultOf } from './iq.ts';
import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

/** XEP-0050 §4.1: what a user wants to be done. */
export interface CommandRequest {
  readonly kind: 'request';
  readonly node: string;
  readonly action: Action;
  /** Empty or absent: not given yet. */
  readonly sessionId: string | undefined;
  readonly answers: Answers | undefined;
}

const ACTIONS = ['execute', 'next', 'complete', 'prev', 'cancel'] as const;
export type Action = (typeof ACTIONS)[number];

/** XEP-0050 §4.4: why a command is not understood; each goes with `bad-request`. */
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
  const sessionId = sessionid === '' ? undefined : sessionid;
  return { kind: 'request', node, action, sessionId, answers };
}

/** XEP-0050 §4.3. */
export interface Note {
  readonly type: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What a user gets to see of a command. */
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
      // XEP-0050 §3.4: without it the user's client may not know how to go on.
      ...(status === 'executing' ? [onlyComplete()] : []),
      ...notes.map(({ type, text }) => element('note', { type }, text)),
      ...(payload === undefined ? [] : [payload]),
    ),
  );
}

/** XEP-0050 §4.4: the general condition and, beside it, the command's own. */
export function badCommand(request: Element, { because }: BadCommand): Element {
  const answer = errorOf(request, { type: 'modify', condition: 'bad-request' });
  answer.getChild('error')?.append(element(because, { xmlns: NS.commands }));
  return answer;
}

/** Every command of ours has one stage at most. */
function onlyComplete(): Element {
  return element('actions', { execute: 'complete' }, element('complete', {}));
}
