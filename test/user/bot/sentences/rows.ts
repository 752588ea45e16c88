/**
 * What the bot said last to that person, and which questions wait that they were shown:
 *
 * - `alice asks`: its last message was a question; so with the others who ask
 * - `something else`: it answered a command, or told of a message
 * - `nothing yet`: the daemon has just started and does not know
 * - `a notice about bob`: that nothing came in time of a message to bob
 * - `did you mean yes`: its last message was that
 */
export interface Sentence {
  readonly said: string;
  readonly text: string;
  /**
   * What it comes to:
   *
   * - `yes`, `no`, `later`: answers all that was asked; with names or numbers, only these
   * - `always NAME`, `never NAME`: answers, and makes an exception for that contact
   * - a command, in English: it is carried out
   * - any of these with `?`: the bot asks whether that was meant, and a plain yes is enough
   * - `which`: the bot asks which question is meant; `no such`: that question does not wait
   * - `nothing waits`: the bot says so; `asked again`: it puts the question again
   * - `?`: not understood, which the bot says; `silence`: no answer
   */
  readonly outcome: string;
}

export function rowsOf(table: string): readonly Sentence[] {
  let said = '';
  return table.split('\n').flatMap((line) => {
    if (line.startsWith('# ')) said = line.slice(2);
    const [text, outcome] = line.split(' => ');
    return text === undefined || outcome === undefined ? [] : [{ said, text, outcome }];
  });
}
