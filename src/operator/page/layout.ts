import { html } from '../http/hono.ts';
import { LANGUAGES } from './language.ts';
import type { Words } from './words/words.ts';

/** A piece of a page; whatever was put into it is escaped. */
export type Html = ReturnType<typeof html>;

export interface Sheet {
  readonly title: string;
  readonly words: Words;
  /** The address with its query, to come back to in another language. */
  readonly url: URL;
  readonly body: Html;
  readonly sought?: string;
  readonly isLive?: boolean;
}

/** A page for whoever is logged in. */
export function sheet({ sought = '', isLive = false, ...given }: Sheet): Html {
  const { title, words, url, body } = given;
  const { navigation, search } = words;
  const link = (path: string, name: string) =>
    html`<a href="${path}" ${url.pathname === path ? html`aria-current="page"` : ''}>${name}</a>`;
  return document_({
    title,
    words,
    isLive,
    body: html`<header>
        <nav>
          <b>xmpp-receipts</b> ${link('/', navigation.overview)} ${link('/questions', navigation.questions)}
        </nav>
        <form action="/search" role="search">
          <input name="q" type="search" value="${sought}" placeholder="${search.label}" aria-label="${search.label}" required maxlength="3071">
          <button>${navigation.search}</button>
        </form>
        <div class="aside">
          ${languages(url, words)}
          <form action="/logout" method="post"><button class="quiet">${navigation.logOut}</button></form>
        </div>
      </header>
      <main>${body}</main>`,
  });
}

export function loginSheet(words: Words, url: URL, problem?: string): Html {
  const { login } = words;
  const wrong = problem === undefined ? '' : html`<p class="bad" role="alert">${problem}</p>`;
  return document_({
    title: login.title,
    words,
    isLive: false,
    body: html`<main class="login">
      <h1>xmpp-receipts</h1>
      <form action="/login" method="post">
        <label for="token">${login.token}</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
        ${wrong}
        <button>${login.submit}</button>
        <p class="note">${login.where}</p>
      </form>
      ${languages(url, words)}
    </main>`,
  });
}

function languages(url: URL, words: Words): Html {
  const links = LANGUAGES.filter((it) => it !== words).map((it) => {
    const query = new URLSearchParams(url.searchParams);
    query.set('lang', it.language);
    return html`<a href="${url.pathname}?${query}" lang="${it.language}" hreflang="${it.language}">${it.own}</a>`;
  });
  return html`<span class="languages">${links}</span>`;
}

interface Document extends Pick<Sheet, 'title' | 'words' | 'body'> {
  readonly isLive: boolean;
}

/**
 * Without script, a live page is loaded again by the browser. (In place of `</script` compilers put
 * a helper.)
 */
function document_({ title, words, body, isLive }: Document): Html {
  const live = isLive
    ? html`<script type="module" src="/assets/live.mjs"><\/script>
        <noscript><meta http-equiv="refresh" content="10"></noscript>`
    : '';
  return html`<!doctype html>
<html lang="${words.language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} – xmpp-receipts</title>
    <link rel="icon" href="/assets/icon.svg">
    <link rel="stylesheet" href="/assets/page.css">
    ${live}
  </head>
  <body>${body}</body>
</html>`;
}
