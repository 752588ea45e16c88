import { type Finding, type Paste, SEVERITIES } from '../doctor/finding.ts';
import { html } from '../http/hono.ts';
import type { Html } from './layout.ts';
import type { Words } from './words/words.ts';

/** The same as `xmpp-receipts check` says, in the same order. */
export function findingsView(findings: readonly Finding[], words: Words): Html {
  const mends = findings.some(({ paste }) => paste !== undefined);
  return html`<p class="sum">${sum(findings, words)}</p>
    <ul class="findings">${findings.map((finding) => line(finding, words))}</ul>
    ${mends ? html`<p class="note">${words.findings.afterwards}</p>` : ''}`;
}

function sum(findings: readonly Finding[], words: Words): string {
  const entries = SEVERITIES.map((colour) => {
    const ofIt = findings.filter(({ severity }) => severity === colour);
    return [colour, ofIt.length] as const;
  });
  return words.findings.sum(Object.fromEntries(entries) as Record<Finding['severity'], number>);
}

function line({ severity, about, seen, expected, paste = {} }: Finding, words: Words): Html {
  const { colours, expected: label } = words.findings;
  const hint =
    expected === undefined ? '' : html`<p>${label} <span lang="en">${expected}</span></p>`;
  return html`<li class="${severity}">
    <span class="unseen">${colours[severity]}</span>
    <b>${about}</b> <span lang="en">${seen}</span>
    ${hint}${pastes(paste, words)}
  </li>`;
}

const PLACES = ['settings', 'prosody', 'ejabberd'] as const satisfies readonly (keyof Paste)[];

function pastes(paste: Paste, { findings }: Words): Html {
  const blocks = PLACES.map((place) => {
    const lines = paste[place];
    if (lines === undefined) return '';
    return html`<figure><figcaption>${findings.places[place]}</figcaption><pre lang="en" tabindex="0">${lines}</pre></figure>`;
  });
  return html`<div class="pastes">${blocks}</div>`;
}
