import { describe, expect, test } from 'vitest';
import { COLUMNS, longLines } from './line-width.ts';
import { PAGES, readPage } from './pages.ts';

const LONG = 'word '.repeat(COLUMNS / 5).trimEnd();
const TOO_LONG = `${LONG} more`;

test.each(PAGES)('the prose of %s is wrapped at 100 columns', (page) => {
  expect(longLines(readPage(page))).toEqual([]);
});

describe('a line is too long', () => {
  test('when it is prose of more than 100 characters, wherever it stands', () => {
    const page = ['# Title', LONG, TOO_LONG, '```', 'code', '```', `- ${TOO_LONG}`].join('\n');
    expect(longLines(page)).toEqual([`3: ${TOO_LONG}`, `7: - ${TOO_LONG}`]);
  });

  test('but not in front matter, a code block or a table', () => {
    const page = ['---', TOO_LONG, '---', '```sh', TOO_LONG, '```', `| ${TOO_LONG} |`].join('\n');
    expect(longLines(page)).toEqual([]);
  });

  test('but not when it is one link', () => {
    const link = `[words](https://example.org/${'x'.repeat(COLUMNS)})`;
    expect(longLines([link, `- ${link}`].join('\n'))).toEqual([]);
    expect(longLines(`${LONG} ${link}`)).toHaveLength(1);
  });

  test('by characters, not by bytes', () => {
    expect(longLines('収'.repeat(COLUMNS))).toEqual([]);
  });
});
