import type { Finding } from '../doctor/finding.ts';
import { html } from '../http/hono.ts';
import type { NewMessage } from '../newest.ts';
import type { DaemonStatus } from '../status.ts';
import { chart } from './chart.ts';
import { findingsView } from './findings-view.ts';
import type { Html } from './layout.ts';
import { messageTable } from './message-table.ts';
import { BEATS, type Beat } from './pulse.ts';
import { type Counted, failuresOf, funnelOf, untoldIn } from './tally.ts';
import type { Words } from './words/words.ts';

/** The funnel counts so many of the newest messages: to count all would take long at each look. */
export const COUNTED = 200;

/** The table shows so many of those, not to be longer than one looks through. */
const SHOWN = 30;

export interface Seen {
  readonly status: DaemonStatus;
  readonly findings: readonly Finding[];
  readonly messages: readonly NewMessage[];
  readonly beats: readonly Beat[];
}

/** The frame of the live view; the script renews what is inside. */
export function overview(seen: Seen, words: Words): Html {
  const { live } = words;
  return html`<p class="live-state">
      <span id="live-state" role="status" data-live="${live.isLive}" data-still="${live.isStill}"></span>
      <button id="pause" class="quiet" hidden data-pause="${live.pause}" data-resume="${live.resume}"></button>
    </p>
    <div id="live">${liveView(seen, words)}</div>`;
}

/** What is sent again and again. Each section with an id is renewed where it differs. */
export function liveView(seen: Seen, words: Words): Html {
  const { status, messages, beats } = seen;
  const { headings } = words;
  const news = messages.slice(0, SHOWN);
  const untold = untoldIn(status.counts, words);
  return html`${section('state', headings.state, stateOf(seen, words))}
    ${section('funnel', headings.funnel, funnel(messages, words))}
    ${section('failures', headings.failures, tally(failuresOf(messages, words), words))}
    ${section('untold', headings.untold, tally(untold, words))}
    ${section('rates', headings.rates, rates(beats, words))}
    ${section('lag', headings.lag, lag(beats, words))}
    ${section('newest', headings.newest, messages.length === 0 ? html`<p>${words.none}</p>` : messageTable(news, words))}`;
}

function section(id: string, heading: string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${body}</section>`;
}

function stateOf({ status, findings }: Pick<Seen, 'status' | 'findings'>, words: Words): Html {
  const { component, version, waiting, upMs } = status;
  return html`${findingsView(findings, words)}
    <p class="note">${component} ${version}. ${words.upFor(Math.floor(upMs / 60_000))} ${words.waiting(waiting)}</p>`;
}

function funnel(messages: readonly NewMessage[], words: Words): Html {
  return html`<p class="note">${words.ofTheLast(messages.length)}</p>
    ${bars(funnelOf(messages, words), messages.length)}`;
}

function tally(counted: readonly Counted[], { none }: Words): Html {
  if (counted.length === 0) return html`<p class="note">${none}</p>`;
  return bars(counted.slice(0, 6), Math.max(...counted.map(({ count }) => count)));
}

function bars(counted: readonly Counted[], most: number): Html {
  const row = ({ name, count }: Counted) => html`<div>
    <dt>${name}</dt>
    <dd>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${most === 0 ? 0 : (count / most) * 100}" height="8"/></svg>
      <b>${count}</b>
    </dd>
  </div>`;
  return html`<dl class="bars">${counted.map(row)}</dl>`;
}

function rates(beats: readonly Beat[], { headings, facts, receipts }: Words): Html {
  const curves = [
    { name: facts, values: beats.map((beat) => beat.facts) },
    { name: receipts, values: beats.map((beat) => beat.receipts) },
  ];
  return chart(headings.rates, curves, BEATS);
}

function lag(beats: readonly Beat[], { headings, median }: Words): Html {
  return chart(headings.lag, [{ name: median, values: beats.map((beat) => beat.lag) }], BEATS);
}
