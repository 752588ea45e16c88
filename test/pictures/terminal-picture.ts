import type { Browser } from 'playwright-core';

const FOREGROUND = '#d8d8d8';
const BACKGROUND = '#1c1c1c';

/** The sixteen colours of a terminal. */
const SIXTEEN = [
  ...[BACKGROUND, '#e05252', '#5fbf5f', '#d7af5f', '#2f5f9f', '#c678dd', '#4fc3c7', '#d0d0d0'],
  ...['#7f7f7f', '#ff6e6e', '#8ae28a', '#ffd75f', '#87b7ff', '#e39bff', '#7fe8ec', '#ffffff'],
];

const LEVELS = [0, 95, 135, 175, 215, 255];

interface Look {
  readonly front?: string | undefined;
  readonly back?: string | undefined;
  readonly bold?: boolean;
  readonly underlined?: boolean;
  readonly reversed?: boolean;
}

/** A picture of a terminal's screen, as PNG. */
export async function terminalPicture(browser: Browser, screen: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.setContent(`<style>
    body { margin: 0; background: ${BACKGROUND} }
    pre { margin: 0; padding: 8px; display: inline-block; color: ${FOREGROUND};
      background: ${BACKGROUND}; font: 14px/18px "DejaVu Sans Mono", monospace }
    pre span { padding: 1px 0 }
  </style><pre>${html(screen.trimEnd())}</pre>`);
  const png = await page.locator('pre').screenshot();
  await page.close();
  return png;
}

function html(screen: string): string {
  let look: Look = {};
  const [first = '', ...rest] = screen.split('\u001b[');
  const spans = rest.map((part) => {
    const [, codes = '', text = ''] = /^([\d;:]*)m([\s\S]*)$/.exec(part) ?? [];
    look = changed(look, codes.split(/[;:]/).map(Number));
    return `<span style="${css(look)}">${escaped(text)}</span>`;
  });
  return escaped(first) + spans.join('');
}

/** By the codes of ECMA-48, Select Graphic Rendition. */
function changed(look: Look, [code = 0, ...rest]: readonly number[]): Look {
  if (code === 38) return after({ ...look, front: colour(rest) }, rest);
  if (code === 48) return after({ ...look, back: colour(rest) }, rest);
  const next = plainly(look, code);
  return rest.length === 0 ? next : changed(next, rest);
}

function after(look: Look, [kind, ...rest]: readonly number[]): Look {
  const more = rest.slice(kind === 2 ? 3 : 1);
  return more.length === 0 ? look : changed(look, more);
}

function colour([kind, ...rest]: readonly number[]): string {
  if (kind === 2) return `rgb(${rest.slice(0, 3)})`;
  const [index = 0] = rest;
  if (index < 16) return SIXTEEN[index] ?? FOREGROUND;
  if (index > 231) return grey(8 + (index - 232) * 10);
  const place = index - 16;
  const parts = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6];
  return `rgb(${parts.map((part) => LEVELS[part])})`;
}

function grey(level: number): string {
  return `rgb(${level},${level},${level})`;
}

const SWITCHES: Readonly<Record<number, Look>> = {
  1: { bold: true },
  4: { underlined: true },
  7: { reversed: true },
  22: { bold: false },
  24: { underlined: false },
  27: { reversed: false },
  39: { front: undefined },
  49: { back: undefined },
};

function plainly(look: Look, code: number): Look {
  return code === 0 ? {} : { ...look, ...(SWITCHES[code] ?? inColour(code)) };
}

function inColour(code: number): Look {
  const named = SIXTEEN[(code % 10) + (code >= 90 ? 8 : 0)];
  const base = Math.floor(code / 10);
  if (base === 3 || base === 9) return { front: named };
  return base === 4 || base === 10 ? { back: named } : {};
}

function css({ front = FOREGROUND, back = BACKGROUND, bold, underlined, reversed }: Look): string {
  const [ink, paper] = reversed ? [back, front] : [front, back];
  return [
    `color:${ink};background:${paper}`,
    ...(bold ? ['font-weight:bold'] : []),
    ...(underlined ? ['text-decoration:underline'] : []),
  ].join(';');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
