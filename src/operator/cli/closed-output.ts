import { EXIT } from './exit.ts';

/** A reader that has seen enough (`… | head`) closes the pipe: nothing is left to be done, and nothing is wrong. */
export function endWhenNobodyReads(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
}
