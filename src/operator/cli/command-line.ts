import { BadConfig } from '../../config/config.ts';
import type { Environment } from '../../config/environment.ts';
import { StoreUnavailable } from '../../store/store.ts';
import { CannotListen } from '../http/listening.ts';
import { CommanderError } from './commander.ts';
import { CommandFailed, EXIT, type ExitCode } from './exit.ts';
import { makeProgram } from './program.ts';

/**
 * Does what the words of a command line say. Resolves with the exit code; `run` goes on after it.
 */
export async function commandLine(
  words: readonly string[],
  environment: Environment,
): Promise<ExitCode> {
  try {
    await makeProgram(environment).parseAsync(words, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Bad input and expected failures are said in a sentence. Anything else is our bug: Node prints
    // it with its stack and ends.
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    if (failure.message !== undefined) process.stderr.write(`${failure.message}\n`);
    return failure.code;
  }
}

interface Failure {
  readonly code: ExitCode;
  /** What is wrong and what to do; `undefined`: commander has said it already. */
  readonly message: string | undefined;
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommandFailed) return { code: error.code, message: error.message };
  if (error instanceof BadConfig) return { code: EXIT.config, message: error.message };
  if (error instanceof StoreUnavailable || error instanceof CannotListen)
    return { code: EXIT.unavailable, message: error.message };
  if (error instanceof CommanderError)
    return { code: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: undefined };
  return undefined;
}
