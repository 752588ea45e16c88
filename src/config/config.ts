import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contradictionsIn } from './contradictions.ts';
import { type Environment, unknownVariables, withEnvironment } from './environment.ts';
import { explainIssue, explainVariable } from './explain.ts';
import { TOKEN, tokenText } from './option-values.ts';
import { type Settings, settingsSchema } from './schema.ts';
import { BadYaml, valueIn } from './yaml-file.ts';

const SCHEME = 'sqlite:';
const IN_MEMORY = `${SCHEME}:memory:`;

/** What the daemon runs with: checked, complete, with absolute paths. */
export interface Config extends Omit<Settings, 'component' | 'http'> {
  readonly component: {
    readonly domain: string;
    readonly host: string;
    readonly port: number;
    /** The other nodes of a cluster, tried in turn. */
    readonly others: readonly { readonly host: string; readonly port: number }[];
    readonly secret: string;
  };
  readonly http: HttpConfig;
}

/** Where the API answers. */
export interface HttpConfig {
  /**
   * The Unix socket of the command line; `undefined`: the store is in memory, and none is named.
   */
  readonly socket: string | undefined;
  /** `undefined`: by the socket only. */
  readonly listen: Listening | undefined;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Whoever asks must know it. */
  readonly token: string;
  /** Host names by which we are asked, besides the host and the names of loopback. */
  readonly names: readonly string[];
}

/**
 * Bad input: settings that cannot be used. Each line names the key, what was expected and what was
 * found.
 */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.map((line) => `config: ${line}`).join('\n'), options);
  }
}

/** Reads the file and the environment. Throws BadConfig, which names every key that is wrong. */
export function loadConfig(file: string | undefined, environment: Environment): Config {
  const folder = file === undefined ? process.cwd() : path.dirname(path.resolve(file));
  const settings = check(file === undefined ? {} : readYaml(file), environment);
  const { component, http, ...rest } = settings;
  const { domain, server } = component;
  const [first, ...others] = serversIn(server);
  const store = absoluteStore(settings.store, folder);
  return {
    ...rest,
    store,
    component: { domain, ...first, others, secret: readSecret(component, folder) },
    http: { socket: socketOf(http, store, folder), listen: listeningOf(http, folder) },
  };
}

/** Where a command finds the daemon of these settings. */
function socketOf({ socket }: Settings['http'], store: string, folder: string): string | undefined {
  if (socket !== undefined) return path.resolve(folder, socket);
  if (store === IN_MEMORY) return undefined;
  if (!store.startsWith(SCHEME)) return path.resolve(folder, 'receipts.sock');
  return `${store.slice(SCHEME.length)}.sock`;
}

function listeningOf({ listen, names, ...token }: Settings['http'], folder: string) {
  if (listen === undefined) return undefined;
  const [host, port] = splitServer(listen);
  return { host, port, names, token: readToken(token, folder) };
}

function readYaml(file: string): unknown {
  try {
    return valueIn(readFileSync(file, 'utf8')) ?? {};
  } catch (cause) {
    throw new BadConfig(
      [`cannot read ${file}: ${textOf(cause)}. Expected a YAML file; docs/settings.md shows one.`],
      { cause },
    );
  }
}

function check(inFile: unknown, environment: Environment): Settings {
  const settings = withEnvironment(inFile, environment);
  const result = settingsSchema.safeParse(settings);
  const complaints = [
    ...unknownVariables(environment).map(explainVariable),
    ...(result.error?.issues.flatMap((issue) => explainIssue(issue, settings)) ?? []),
    ...(result.data === undefined ? [] : contradictionsIn(result.data)),
  ];
  if (result.data === undefined || complaints.length > 0) throw new BadConfig(complaints);
  return result.data;
}

type Address = Config['component']['others'][number];

/** One address, or several with commas between them, or a list: the schema has checked the form. */
function serversIn(server: Settings['component']['server']): readonly [Address, ...Address[]] {
  const [first = '', ...others] = typeof server === 'string' ? server.split(/, */) : server;
  const addressOf = (text: string): Address => {
    const [host, port] = splitServer(text);
    return { host, port };
  };
  return [addressOf(first), ...others.map(addressOf)];
}

/** The schema has checked the form. */
function splitServer(server: string): readonly [string, number] {
  const colon = server.lastIndexOf(':');
  return [server.slice(0, colon).replace(/^\[|\]$/g, ''), Number(server.slice(colon + 1))];
}

function readSecret({ secret, secretFile = '' }: Settings['component'], folder: string): string {
  if (secret !== undefined) return secret;
  return readSecretFile(path.resolve(folder, secretFile), 'component.secretFile');
}

function readToken(
  { token, tokenFile = '' }: Pick<Settings['http'], 'token' | 'tokenFile'>,
  folder: string,
): string {
  if (token !== undefined) return token;
  const file = path.resolve(folder, tokenFile);
  const found = readSecretFile(file, 'http.tokenFile');
  if (TOKEN.test(found)) return found;
  throw new BadConfig([
    `"http.tokenFile" must name a file that holds ${tokenText}, but ${file} holds ${found.length} characters that are not all of these`,
  ]);
}

function readSecretFile(file: string, option: string): string {
  const text = readText(file, option).trim();
  if (text !== '') return text;
  throw new BadConfig([`"${option}" must name a file that holds the secret, but ${file} is empty`]);
}

function readText(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BadConfig([`"${option}" must name a file that can be read: ${textOf(cause)}`], {
      cause,
    });
  }
}

function absoluteStore(store: string, folder: string): string {
  if (store === IN_MEMORY || !store.startsWith(SCHEME)) return store;
  return `${SCHEME}${path.resolve(folder, store.slice(SCHEME.length))}`;
}

/** What a parser or a reader throws may quote the file, where the secret may be. */
function textOf(cause: unknown): string {
  if (cause instanceof BadYaml || isSystemError(cause)) return cause.message;
  return 'it cannot be used';
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause;
}
