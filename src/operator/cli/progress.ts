const LATE_MS = 1000;
const EVERY_MS = 200;

/** To the beginning of the line, and nothing in it. */
const ERASE = '\r\u001b[K';

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export type Tell = (how: string) => void;

/** Does a work, and says on the terminal that it goes on if it takes longer than a second. */
export async function withProgress<Result>(
  what: string,
  work: (tell: Tell) => Promise<Result>,
  stream: Stream = process.stderr,
): Promise<Result> {
  if (stream.isTTY !== true) return work(() => {});
  const startedAt = performance.now();
  let how = '';
  let isShown = false;
  const timer = setInterval(() => {
    const ms = performance.now() - startedAt;
    if (ms < LATE_MS) return;
    isShown = true;
    stream.write(`${ERASE}${what} … ${Math.floor(ms / 1000)} s ${how}`.trimEnd());
  }, EVERY_MS);
  const tell = (news: string) => {
    how = news;
  };
  return work(tell).finally(() => {
    clearInterval(timer);
    if (isShown) stream.write(ERASE);
  });
}

/** Tells how far a copy has come. */
export function rowsInWords(tell: Tell): (rows: number, ofAll: number) => void {
  return (rows, ofAll) => tell(`${rows} of ${ofAll} rows`);
}
