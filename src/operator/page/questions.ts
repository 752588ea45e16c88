import type { WaitingQuestion } from '../../store/question-store.ts';
import { html, type OpenAPIHono } from '../http/hono.ts';
import type { ApiParts } from '../http/parts.ts';
import { wordsFor } from './language.ts';
import { type Html, sheet } from './layout.ts';
import { time } from './message-table.ts';
import type { Words } from './words/words.ts';

const SHOWN = 200;

export function addQuestions(api: OpenAPIHono, { operator }: ApiParts): void {
  api.get('/questions', async (context) => {
    const words = wordsFor(context);
    const questions = await operator.waitingQuestions(SHOWN);
    const list =
      questions.length === 0 ? html`<p>${words.noQuestions}</p>` : table(questions, words);
    const body = html`<h1>${words.questionsWait}</h1>${list}`;
    const title = words.navigation.questions;
    return context.html(sheet({ title, words, url: new URL(context.req.url), body }));
  });
}

function table(questions: readonly WaitingQuestion[], { columns }: Words): Html {
  const heads = [columns.asked, columns.recipient, '#', columns.sender];
  const row = ({ opened, recipient, number, sender }: WaitingQuestion) => html`<tr>
    <td data-name="${columns.asked}">${time(new Date(opened).toISOString())}</td>
    <td data-name="${columns.recipient}">${recipient}</td>
    <td data-name="#">${number}</td>
    <td data-name="${columns.sender}"><a href="/search?${new URLSearchParams({ q: sender })}">${sender}</a></td>
  </tr>`;
  return html`<table>
    <thead><tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${questions.map(row)}</tbody>
  </table>`;
}
