import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/config.ts';
import type { Environment } from '../../config/environment.ts';
import { ApiClient } from './api-client.ts';
import { CommandFailed, EXIT } from './exit.ts';
import { type Screen, screenOf } from './screen.ts';

export interface Context {
  /** The settings of `--config` and of the environment. Throws BadConfig. */
  readonly settings: () => Config;
  readonly environment: Environment;
  /** The running daemon of these settings. Throws BadConfig. */
  readonly daemon: () => ApiClient;
  /** Answers on standard output, a line each. */
  readonly say: (text: string) => void;
  /** How standard output looks. */
  readonly screen: Screen;
}

export function contextFor(file: () => string | undefined, environment: Environment): Context {
  const settings = () => loadConfig(file(), environment);
  return {
    settings,
    environment,
    daemon: () => new ApiClient(socketOf(settings())),
    screen: screenOf(process.stdout, environment),
    say: (text) => void process.stdout.write(`${text}\n`),
  };
}

function socketOf({ http: { socket } }: Config): string {
  if (socket !== undefined) return socket;
  throw new CommandFailed(
    'the daemon of these settings has its store in memory, so it has no socket: set "http.socket"',
    EXIT.config,
  );
}
