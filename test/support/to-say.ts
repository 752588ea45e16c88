import type { ChildProcess } from 'node:child_process';

/** Longer than what was started takes to say it, also on a busy machine. */
const PATIENCE_MS = 60_000;

/** Resolves when a process has said so; rejects with all that it said if it ends, or does not say so. */
export function toSay(child: ChildProcess, words: string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const hear = (text: Buffer) => {
      output += text.toString();
      if (output.includes(words)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(output)));
    setTimeout(() => reject(new Error(output)), PATIENCE_MS).unref();
  });
}
