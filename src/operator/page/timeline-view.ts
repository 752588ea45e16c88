import type { Explained } from '../../receipt/explain.ts';
import { html } from '../http/hono.ts';
import { isoOf } from '../http/times.ts';
import type { Event, Timeline } from '../timeline.ts';
import type { Html } from './layout.ts';
import { badge, time } from './message-table.ts';
import type { Words } from './words/words.ts';

/** The life of one message: what happened, who was told, and why not. */
export function timelineView({ key, ...timeline }: Timeline, words: Words): Html {
  const { message, columns } = words;
  return html`<h1>${message.title}</h1>
    <dl class="key">
      <div><dt>${columns.sender}</dt><dd>${key.sender}</dd></div>
      <div><dt>${columns.recipient}</dt><dd>${key.recipient}</dd></div>
      <div><dt>${columns.id}</dt><dd class="id">${key.id}</dd></div>
      <div><dt>${columns.status}</dt><dd>${badge(timeline.status, words)}</dd></div>
      <div><dt>${columns.senderKnows}</dt><dd>${badge(timeline.senderKnows, words)}</dd></div>
    </dl>
    <section><h2>${message.happened}</h2>
      <ol class="timeline">${timeline.events.map((event) => happening(event, words))}</ol></section>
    <section><h2>${message.told}</h2>${tellings(timeline.tellings, words)}</section>
    <section><h2>${message.toldInWords}</h2>${tellings(timeline.tellings.map(inWords), words)}</section>
    <section><h2>${message.next}</h2>
      <dl class="key">
        <div><dt>${message.tick}</dt><dd>${reasonOf(timeline.next.tick, words)}</dd></div>
        <div><dt>${message.question}</dt><dd>${reasonOf(timeline.next.question, words)}</dd></div>
      </dl></section>`;
}

function happening({ fact, proves }: Event, words: Words): Html {
  const { at: _at, time: _time, kind, side, ...others } = fact;
  return html`<li>
    ${time(isoOf(fact))} ${badge(proves, words)}
    <span>${words.kinds[kind]} <small>${side} ${detailsOf(others)}</small></span>
  </li>`;
}

/** Without the token, by which a server knows its own orders. */
function detailsOf(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([name]) => name !== 'token')
    .map(([name, value]) => (value === true ? name : `${name}=${String(value)}`))
    .join(' ');
}

type Told = Pick<Explained, 'proof' | 'telling'>;

function inWords({ proof, words }: Explained): Told {
  return { proof, telling: words };
}

function tellings(explained: readonly Told[], words: Words): Html {
  if (explained.length === 0) return html`<p class="note">${words.none}</p>`;
  const row = ({ proof, telling }: Told) => html`<li class="is-${telling.kind}">
    ${badge(proof.status, words)}
    <span>${words.outcome(telling, reasonOf(telling, words), timeOf(telling))}</span>
  </li>`;
  return html`<ul class="timeline tellings">${explained.map(row)}</ul>`;
}

function timeOf(telling: Explained['telling']): string {
  if (telling.kind === 'waits') return plain(isoOf({ at: telling.until }));
  if (telling.kind !== 'told' || telling.made === undefined) return '';
  return plain(new Date(telling.made).toISOString());
}

function plain(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function reasonOf(
  { kind, because = kind }: { readonly kind: string; readonly because?: string },
  { reasons }: Words,
): string {
  return (reasons as Readonly<Record<string, string>>)[because] ?? because;
}
