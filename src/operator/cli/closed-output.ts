import { EXIT } from './exit.ts';

/** What these change is finished, whoever reads of it. */
const GO_ON: ReadonlySet<string> = new Set([
  'run',
  'backup',
  'restore',
  'migrate',
  'prune',
  'policy',
]);

/** A reader that has seen enough (`… | head`) closes the pipe: what only answers ends, and nothing is wrong. */
export function endWhenNobodyReads(output: NodeJS.WriteStream, words: readonly string[]): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!words.some((word) => GO_ON.has(word))) process.exit(EXIT.ok);
  });
}
