export const COLUMNS = 100;

/** Lines of prose that are too long, each with its number. */
export function longLines(markdown: string): readonly string[] {
  return linesOfProse(markdown)
    .filter(({ text }) => [...text].length > COLUMNS && !isOneLink(text))
    .map(({ number, text }) => `${number}: ${text}`);
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Without front matter, code blocks and tables: those cannot be wrapped. */
function linesOfProse(markdown: string): readonly Line[] {
  const prose: Line[] = [];
  let isCode = false;
  for (const [index, text] of withoutFrontMatter(markdown).split('\n').entries()) {
    if (isFence(text)) isCode = !isCode;
    else if (!isCode && !isTableRow(text)) prose.push({ number: index + 1, text });
  }
  return prose;
}

/** Its lines stay, empty, so that all others keep their numbers. */
function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---\n.*?\n---$/ms, (block) => block.replace(/[^\n]/g, ''));
}

function isFence(text: string): boolean {
  return /^\s*```/.test(text);
}

function isTableRow(text: string): boolean {
  return /^\s*\|.*\|$/.test(text);
}

/** Nothing but a link, perhaps as an item of a list: it has no place to break. */
function isOneLink(text: string): boolean {
  return /^\s*([-*] )?(<?https?:\S+|\[[^\]]+\]\([^)]+\)[.,:;]?)$/.test(text);
}
