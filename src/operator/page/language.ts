import { type Context, getCookie, setCookie } from '../http/hono.ts';
import { EN } from './words/en.ts';
import type { Words } from './words/words.ts';
import { ZH } from './words/zh.ts';

export const LANGUAGES: readonly Words[] = [EN, ZH];

const COOKIE = 'xmpp-receipts-language';

/** What was chosen now or before, or else what the browser prefers. */
export function wordsFor(context: Context): Words {
  const chosen = wordsNamed(context.req.query('lang'));
  if (chosen !== undefined) {
    setCookie(context, COOKIE, chosen.language, { sameSite: 'Strict', httpOnly: true, path: '/' });
    return chosen;
  }
  return wordsNamed(getCookie(context, COOKIE)) ?? preferred(context.req.header('accept-language'));
}

function wordsNamed(language: string | undefined): Words | undefined {
  return LANGUAGES.find((words) => words.language === language);
}

/** RFC 9110 §12.5.4: the one with the greatest weight, the first of equals. */
function preferred(header = ''): Words {
  const ranges = header.split(',').map((range) => {
    const [tag = '', weight = 'q=1'] = range.trim().split(';');
    return { tag: tag.toLowerCase().split('-')[0], weight: Number(weight.trim().slice(2)) || 0 };
  });
  const known = ranges
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap(({ tag }) => wordsNamed(tag) ?? []);
  return known[0] ?? EN;
}
