import type { MessageKey } from '../../message/key.ts';
import type { Status } from '../../message/status.ts';
import { html } from '../http/hono.ts';
import { isoOf } from '../http/times.ts';
import type { MessageSummary } from '../timeline.ts';
import type { Html } from './layout.ts';
import type { Words } from './words/words.ts';

/** Messages, each with a way to its timeline. */
export function messageTable(messages: readonly MessageSummary[], words: Words): Html {
  const { columns } = words;
  const names = [columns.accepted, columns.sender, columns.recipient, columns.id];
  const heads = [...names, columns.status, columns.senderKnows];
  return html`<table>
    <thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${messages.map((message) => row(message, words))}</tbody>
  </table>`;
}

function row({ key, startedAt, status, senderKnows }: MessageSummary, words: Words): Html {
  const { columns } = words;
  return html`<tr>
    <td data-name="${columns.accepted}">${time(isoOf({ at: startedAt }))}</td>
    <td data-name="${columns.sender}">${key.sender}</td>
    <td data-name="${columns.recipient}">${key.recipient}</td>
    <td data-name="${columns.id}"><a class="id" href="${wayTo(key)}">${key.id}</a></td>
    <td data-name="${columns.status}">${badge(status, words)}</td>
    <td data-name="${columns.senderKnows}">${badge(senderKnows, words)}</td>
  </tr>`;
}

export function wayTo({ sender, recipient, id }: MessageKey): string {
  return `/message?${new URLSearchParams({ sender, recipient, id })}`;
}

export function badge(status: Status, { statuses }: Words): Html {
  return html`<span class="badge is-${status}">${statuses[status]}</span>`;
}

/** UTC, as the head of its column says. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 10)} <b>${iso.slice(11, 19)}</b></time>`;
}
