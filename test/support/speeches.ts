interface Speech {
  readonly who: string;
  readonly words: string;
}

const BEGIN = /^(?:[\d:]{5,8} +(?:- )?)?(?<who>you|me|bob|bot|receipts\S*?):? +(?<words>.*)$/;

/** Who says what in a conversation that a document shows; lines further in go on with the last. */
export function speechesIn(block: string): readonly Speech[] {
  const speeches: Speech[] = [];
  for (const line of block.split('\n')) {
    const { who, words = '' } = BEGIN.exec(line)?.groups ?? {};
    if (who !== undefined) speeches.push({ who, words });
    else if (/^ {6}/.test(line)) speeches.push(longer(speeches.pop(), line));
  }
  return speeches;
}

/** What the bot says, and to what; `undefined`: of its own accord. */
interface Exchange {
  readonly said: string | undefined;
  readonly answer: string;
}

export function exchangesIn(block: string): readonly Exchange[] {
  const speeches = speechesIn(block);
  return speeches.flatMap((speech, index) => {
    const before = speeches[index - 1];
    if (!isOfBot(speech)) return [];
    const said = before === undefined || isOfBot(before) ? undefined : before.words;
    return [{ said, answer: speech.words }];
  });
}

function isOfBot({ who }: Speech): boolean {
  return /^(bot|receipts@.*)$/.test(who);
}

function longer({ who = '', words = '' }: Partial<Speech> = {}, line: string): Speech {
  return { who, words: `${words} ${line.trim()}` };
}

/** Matches these words on one line, at any time of day; three dots stand for any words. */
export function wordsLike(words: string): RegExp {
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const timeless = literal.replace(/\d\d:\d\d UTC/g, '\\d\\d:\\d\\d UTC[-+:0-9]*');
  return new RegExp(`^${timeless.replace(/ ?…/g, '.*')}$`);
}
